using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Security;

/// <summary>version (1) | nonce (12) | ciphertext (32) | tag (16), AES-256-GCM, with the worker's name as additional data.</summary>
internal sealed class RootVault(MasterKey master) : IRootVault
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int RootSize = 32;
    private const int SealedSize = 1 + NonceSize + RootSize + TagSize;

    public byte[] Seal(WorkerId worker, ReadOnlySpan<byte> root)
    {
        if (root.Length != RootSize)
        {
            throw new ArgumentException($"A root has {RootSize} bytes.", nameof(root));
        }

        var blob = new byte[SealedSize];
        blob[0] = Version;
        var nonce = blob.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = master.Cipher("worker root"u8);
        cipher.Encrypt(nonce, root, blob.AsSpan(1 + NonceSize, RootSize), blob.AsSpan(1 + NonceSize + RootSize), Encoding.UTF8.GetBytes(worker.Value));
        return blob;
    }

    public byte[]? Open(WorkerId worker, ReadOnlySpan<byte> sealedRoot)
    {
        if (sealedRoot.Length != SealedSize || sealedRoot[0] != Version)
        {
            return null;
        }

        var root = new byte[RootSize];
        using var cipher = master.Cipher("worker root"u8);
        try
        {
            cipher.Decrypt(
                sealedRoot.Slice(1, NonceSize),
                sealedRoot.Slice(1 + NonceSize, RootSize),
                sealedRoot[(1 + NonceSize + RootSize)..],
                root,
                Encoding.UTF8.GetBytes(worker.Value));
            return root;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
