using System.Security.Cryptography;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Bench;

/// <summary>Sealing one chunk of text on one side and opening it on the other.</summary>
internal sealed class Sealing : IMeasure
{
    private const int Chunks = 20_000;
    private const int FramesASecond = 1000;

    private readonly List<double> _took = [];
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public string Name => "sealing";

    public Task Prepare(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 3; i++)
        {
            Run();
        }

        _took.Clear();
        return Task.CompletedTask;
    }

    public Task Round(CancellationToken cancellationToken)
    {
        Run();
        return Task.CompletedTask;
    }

    public IEnumerable<Row> Rows()
    {
        var each = _took.Median();
        yield return new("sealing and opening one chunk message", each.Microseconds(), "", each.Microseconds(), "", null);

        // Microseconds of processor time for each of so many frames a second.
        var share = each * FramesASecond / 1e6;
        yield return new(
            "sealing and opening 1,000 frames a second, of one core", share.Percent(), "", share.Percent(), "< 2 %", share < 0.02);
    }

    private void Run()
    {
        using var root = new RelayRoot(_secret);
        using var opener = FrameOpener.AtServer(new RelayKeys(root), new FrameCounters());
        using var sealer = FrameSealer.ToServer(root, CarrierTerms.Local);
        var request = new RequestId(Guid.CreateVersion7());
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Chunks; i++)
        {
            foreach (var frame in sealer.Seal(new Chunk(request, 1, i, 0, ChunkKind.Text, "and then the lizard")))
            {
                if (opener.TryOpen(frame, CarrierTerms.Local.Binding, out _) != FrameOutcome.Opened)
                {
                    throw new InvalidOperationException("A frame did not open.");
                }
            }
        }

        // What the garbage collector does meanwhile is part of it; the time in which somebody else has the processor is not.
        _took.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Chunks);
    }
}
