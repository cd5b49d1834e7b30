using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>
/// Processes that seal under the same root, one after the other, most of them killed in the middle: no key is ever used with a nonce twice.
/// The keys are derived here, from the headers, by docs/protocol.md and not by the product.
/// </summary>
[TestFixture]
internal sealed class SealsOverRestartsTests
{
    private const int Seed = 4;

    private static readonly bool Full = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 };
    private static readonly int Seals = Full ? 10_000_000 : 100_000;
    private static readonly int Processes = Full ? 100 : 10;

    private readonly byte[] _root = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _epoch = RandomNumberGenerator.GetBytes(16);

    /// <summary>By stream: its key's own name (the whole key would be as good), and the nonce that must come next.</summary>
    private readonly Dictionary<UInt128, (UInt128 Key, uint Next)> _streams = [];

    /// <summary>Which key belongs to which stream, so that two streams with one key are seen.</summary>
    private readonly Dictionary<UInt128, UInt128> _keys = [];

    [Test]
    public async Task No_key_meets_a_nonce_twice_however_often_the_sealer_is_killed()
    {
        var random = new Random(Seed);
        var (seals, kills) = (0L, 0);
        for (var process = 0; process < Processes || seals < Seals; process++)
        {
            // Most are killed somewhere; the frames that were sealed and never written are another process's as well.
            var most = (int)(Seals / Processes * (0.5 + random.NextDouble()));
            var killAfter = random.Next(4) == 0 ? int.MaxValue : random.Next(1, most);
            var (heard, killed) = await Seal(most, killAfter);
            seals += heard;
            kills += killed ? 1 : 0;
        }

        TestContext.Out.WriteLine($"{seals} seals by {_streams.Count} streams; {kills} processes killed: no key and nonce twice");
        Assert.That(kills, Is.GreaterThan(Processes / 4));
    }

    private async Task<(long Heard, bool Killed)> Seal(int most, int killAfter)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "MeatLizard.KillHost"),
            ["seal", Convert.ToHexString(_root), Convert.ToHexString(_epoch), most.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var headers = process.StandardOutput.BaseStream;
        var buffer = new byte[Frame.HeaderSize * 1024];
        var (heard, kept, killed) = (0L, 0, false);
        while (await headers.ReadAsync(buffer.AsMemory(kept)) is > 0 and var read)
        {
            var whole = (kept + read) / Frame.HeaderSize;
            for (var i = 0; i < whole; i++)
            {
                Take(buffer.AsSpan(i * Frame.HeaderSize, Frame.HeaderSize));
            }

            heard += whole;
            kept = kept + read - (whole * Frame.HeaderSize);
            buffer.AsSpan(whole * Frame.HeaderSize, kept).CopyTo(buffer);
            if (heard >= killAfter && !killed)
            {
                killed = true;
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        return (heard, killed);
    }

    private void Take(ReadOnlySpan<byte> header)
    {
        var stream = BinaryPrimitives.ReadUInt128BigEndian(header[12..]);
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        if (!_streams.TryGetValue(stream, out var known))
        {
            known = (KeyOf(header), 0);
            if (!_keys.TryAdd(known.Key, stream))
            {
                Assert.Fail("two streams have one key");
            }
        }

        // By hand: an assertion for each of millions of frames would take most of the time.
        if (sequence != known.Next)
        {
            Assert.Fail($"after nonce {(long)known.Next - 1} of a stream came {sequence}");
        }

        _streams[stream] = (known.Key, known.Next + 1);
    }

    private UInt128 KeyOf(ReadOnlySpan<byte> header)
    {
        byte[] info = header[2] == 1 ? [.. "ML1 w2s"u8]
            : IsPing(header) ? [.. "ML1 s2w"u8, .. new byte[16]]
            : [.. "ML1 s2w"u8, .. _epoch];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 32, header.Slice(12, 16).ToArray(), info);
        return BinaryPrimitives.ReadUInt128BigEndian(key);
    }

    /// <summary>The key id says which epoch it was sealed for: none.</summary>
    private bool IsPing(ReadOnlySpan<byte> header) => header.Slice(4, 8).SequenceEqual(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 8, [], [.. Encoding.ASCII.GetBytes("ML1 key id"), .. new byte[16]]));
}
