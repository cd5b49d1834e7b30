using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>What came of a worker's message about an attempt.</summary>
public enum AttemptUpdate
{
    Taken,

    /// <summary>The request is gone, has ended, or another attempt is the current one: nothing was changed.</summary>
    Stale,

    /// <summary>Text is missing before it: the worker is to send again from <see cref="RelayRequestState.NextChunk"/>.</summary>
    Gap,
}
