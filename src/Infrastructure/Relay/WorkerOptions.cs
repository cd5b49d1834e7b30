using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Section <c>Worker</c>: how a worker keeps house.</summary>
public sealed record WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>How long a worker that is stopped may go on with what it is at; zero: not at all.</summary>
    public TimeSpan DrainWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Percent, 0 to 100: on a battery emptier than this the worker takes nothing new. 0: it always does.</summary>
    public int MinBattery { get; init; } = 20;

    /// <summary>Where the worker's key is kept. Null: in the keychain on macOS, elsewhere in a file.</summary>
    public RootStoreKind? KeyStore { get; init; }

    /// <summary>How often the worker says how it is, and looks at its battery.</summary>
    internal TimeSpan BeatEvery { get; init; } = TimeSpan.FromSeconds(10);
}
