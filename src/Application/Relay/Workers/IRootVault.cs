using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Keeps workers' roots unreadable in the database: they are sealed under a key that is not there.</summary>
public interface IRootVault
{
    /// <param name="root">32 bytes.</param>
    byte[] Seal(WorkerId worker, ReadOnlySpan<byte> root);

    /// <returns>The 32 bytes; null when they were sealed for another worker, under another master key, or were changed.</returns>
    byte[]? Open(WorkerId worker, ReadOnlySpan<byte> sealedRoot);
}
