using System.IO.Compression;
using System.Text;
using MeatLizard.Infrastructure.Discord.Native.Gateway;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class GatewayInflaterTests
{
    [Test]
    public void One_stream_runs_through_all_payloads([Values(1, 7, 100_000)] int piece)
    {
        var texts = Enumerable.Range(0, 50).Select(number => string.Concat(Enumerable.Repeat($"payload {number} ", (number * number) + 1))).ToArray();
        using var inflater = new GatewayInflater();
        var read = new List<string>();
        foreach (var packed in Deflate(texts))
        {
            foreach (var part in packed.Chunk(piece))
            {
                var inflated = inflater.Inflate(part);
                if (inflated.Length > 0)
                {
                    read.Add(Encoding.UTF8.GetString(inflated.Span));
                }
            }
        }

        Assert.That(string.Concat(read), Is.EqualTo(string.Concat(texts)));
        Assert.That(read, piece == 100_000 ? Is.EqualTo(texts) : Is.Not.Empty);
    }

    [Test]
    public void What_is_no_stream_is_refused()
    {
        using var inflater = new GatewayInflater();
        Assert.That(() => inflater.Inflate([1, 2, 3, 4, 0x00, 0x00, 0xFF, 0xFF]), Throws.InstanceOf<InvalidDataException>());
    }

    private static List<byte[]> Deflate(string[] texts)
    {
        using var packed = new MemoryStream();
        using var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true);
        var all = new List<byte[]>();
        foreach (var text in texts)
        {
            packed.SetLength(0);
            zlib.Write(Encoding.UTF8.GetBytes(text));
            zlib.Flush();
            all.Add(packed.ToArray());
        }

        return all;
    }
}
