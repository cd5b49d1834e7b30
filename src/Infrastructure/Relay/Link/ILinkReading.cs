namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>How a worker's way to its server stands, for its operator.</summary>
public interface ILinkReading
{
    /// <summary>Connected, since when it is or is not, and what was in the way the last time.</summary>
    (bool Connected, DateTimeOffset Since, string? Problem) Now { get; }
}
