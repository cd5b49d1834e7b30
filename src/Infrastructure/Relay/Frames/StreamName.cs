namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A stream as a receiver tells it from others: the same id under another key is another stream.</summary>
internal readonly record struct StreamName(ulong KeyId, UInt128 StreamId);
