using System.Security.Cryptography;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A worker's 32-byte secret. It never leaves this object; keys of streams are derived from it here.</summary>
internal sealed class RelayRoot : IDisposable
{
    public const int Size = 32;
    public const int StreamKeySize = 32;

    private readonly byte[] secret;
    private bool disposed;

    /// <param name="secret">Copied; the caller clears its own.</param>
    public RelayRoot(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size) throw new ArgumentException($"A relay root has {Size} bytes.", nameof(secret));
        if (!secret.ContainsAnyExcept((byte)0)) throw new ArgumentException("A relay root of zeros is no secret.", nameof(secret));

        // Pinned, so that the collector leaves no copies behind.
        this.secret = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        secret.CopyTo(this.secret);
        KeyId = KeyIdTowards(FrameDirection.ToServer, WorkerEpoch.None);
    }

    /// <summary>Names this root in configuration and logs, and in frames towards the server. Says nothing about the secret.</summary>
    public ulong KeyId { get; }

    /// <param name="hex">64 hex digits, as they stand in the configuration.</param>
    public static RelayRoot FromHex(string hex)
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            // The text itself must not end up in a message.
            if (hex.Length != Size * 2 || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new FormatException($"A relay root is written as {Size * 2} hex digits.");

            return new RelayRoot(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static RelayRoot Draw()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        var root = new RelayRoot(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return root;
    }

    /// <summary>The id under which frames of a direction name their key. Towards a worker it differs with its epoch.</summary>
    public ulong KeyIdTowards(FrameDirection direction, WorkerEpoch epoch)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Span<byte> info = stackalloc byte[10 + WorkerEpoch.Size];
        "ML1 key id"u8.CopyTo(info);
        epoch.CopyTo(info[10..]);
        Span<byte> id = stackalloc byte[8];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, id, [], direction == FrameDirection.ToWorker ? info : info[..10]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(id);
    }

    /// <summary>The cipher of one stream.</summary>
    public AesGcm StreamCipher(FrameDirection direction, WorkerEpoch epoch, ReadOnlySpan<byte> streamId)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Span<byte> info = stackalloc byte[7 + WorkerEpoch.Size];
        Span<byte> key = stackalloc byte[StreamKeySize];
        try
        {
            if (direction == FrameDirection.ToWorker)
            {
                "ML1 s2w"u8.CopyTo(info);
                epoch.CopyTo(info[7..]);
            }
            else
            {
                "ML1 w2s"u8.CopyTo(info);
                info = info[..7];
            }

            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, streamId, info);
            return new AesGcm(key, Frame.TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(secret);
    }
}
