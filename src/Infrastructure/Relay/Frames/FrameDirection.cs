namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>The header's third byte: a frame sent back to its sender is dropped by it alone.</summary>
internal enum FrameDirection : byte
{
    ToWorker = 0,
    ToServer = 1,
}
