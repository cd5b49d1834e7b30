namespace MeatLizard.Infrastructure.Providers;

/// <summary>A provider as configuration and database together have it.</summary>
/// <param name="Options">Checked and complete.</param>
internal sealed record PlannedProvider(string Name, ProviderOptions Options)
{
    public bool IsConfigured { get; init; }

    public bool IsKept { get; init; }

    public bool KeyIsKept { get; init; }

    /// <summary>Why it can't be asked until somebody has done something; null when it can.</summary>
    public string? Obstacle { get; init; }
}
