using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// 16 random bytes that name one run of a worker. Keys towards the worker contain it, so what was sealed for an earlier run never opens.
/// </summary>
internal readonly record struct WorkerEpoch
{
    public const int Size = 16;

    private readonly UInt128 value;

    private WorkerEpoch(UInt128 value) => this.value = value;

    /// <summary>All zeros: stands for "not known yet", and serves the ping alone.</summary>
    public static WorkerEpoch None => default;

    public bool IsNone => value == UInt128.Zero;

    public static WorkerEpoch Draw()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return new WorkerEpoch(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <param name="bytes">As a hello carries them.</param>
    public static WorkerEpoch FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size
            ? new WorkerEpoch(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException($"A worker epoch has {Size} bytes.", nameof(bytes));

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, value);
}
