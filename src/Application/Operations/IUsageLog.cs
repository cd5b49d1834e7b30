namespace MeatLizard.Application.Operations;

/// <summary>What answers cost, for reports and quotas; it outlives the conversations.</summary>
public interface IUsageLog
{
    /// <summary>
    /// At the commit. A request is counted once: a second entry fails the commit with <see cref="DuplicateException"/> (<c>usage_entry</c>).
    /// </summary>
    void Add(UsageEntry entry);
}
