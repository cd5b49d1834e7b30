namespace MeatLizard.Infrastructure.Relay;

/// <summary>How long and how much an answer's text may be gathered before it is sent.</summary>
internal sealed record CoalescingOptions
{
    public static CoalescingOptions Usual { get; } = new();

    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(80);

    /// <summary>At least 2, so that a surrogate pair fits.</summary>
    public int MaxCharacters { get; init; } = 4096;
}
