namespace MeatLizard.Application.Relay.Providers;

/// <summary>What admins have said of providers.</summary>
public interface IProviderSettings
{
    /// <summary>All of them, by name.</summary>
    Task<IReadOnlyList<ProviderSetting>> List(CancellationToken cancellationToken);

    /// <summary>At the commit; in place of what was there under that name.</summary>
    void Save(ProviderSetting setting);

    /// <summary>At the commit; nothing happens when there is none of that name.</summary>
    void Remove(string name);
}
