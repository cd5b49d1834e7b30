using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MeatLizard.Application;

/// <summary>
/// UUIDs of version 7 (RFC 9562) whose order is that of their drawing, also within a millisecond and when the clock steps back: queues
/// are served by it. The twelve bits behind the milliseconds count (section 6.2, method 1); 62 bits stay random.
/// </summary>
internal sealed class Version7Ids(TimeProvider time) : IIdSource
{
    private const int CounterBits = 12;

    /// <summary>The milliseconds and the counter of the last id, as one number.</summary>
    private long _last;

    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        var stamp = Next(BinaryPrimitives.ReadUInt16BigEndian(bytes) & ((1 << (CounterBits - 1)) - 1));
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes, ((ulong)(stamp >> CounterBits) << 16) | 0x7000 | ((ulong)stamp & ((1 << CounterBits) - 1)));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <param name="start">Where the counter starts in a new millisecond. A counter that runs over takes the next millisecond.</param>
    private long Next(int start)
    {
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() << CounterBits) | (long)start;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
