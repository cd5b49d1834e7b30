using System.Security.Cryptography;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A stream that frames are arriving on: its cipher, and what has been seen of it.</summary>
internal sealed class OpenStream(StreamName name, AesGcm cipher, ReplayWindow window) : IDisposable
{
    public StreamName Name { get; } = name;

    public AesGcm Cipher { get; } = cipher;

    public ReplayWindow Window { get; } = window;

    public void Dispose() => Cipher.Dispose();
}
