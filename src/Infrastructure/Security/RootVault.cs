using System.Text;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Security;

/// <summary>version (1) | the root (32) as <see cref="MasterKey.Seal"/> seals it, bound to the worker's name.</summary>
internal sealed class RootVault(MasterKey master) : IRootVault
{
    private const byte Version = 1;
    private const int RootSize = 32;

    public byte[] Seal(WorkerId worker, ReadOnlySpan<byte> root) => root.Length == RootSize
        ? [Version, .. master.Seal("worker root"u8, root, Encoding.UTF8.GetBytes(worker.Value))]
        : throw new ArgumentException($"A root has {RootSize} bytes.", nameof(root));

    public byte[]? Open(WorkerId worker, ReadOnlySpan<byte> sealedRoot) =>
        sealedRoot.Length == 1 + RootSize + MasterKey.Overhead && sealedRoot[0] == Version
            ? master.Open("worker root"u8, sealedRoot[1..], Encoding.UTF8.GetBytes(worker.Value))
            : null;
}
