using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.KillHost;

/// <summary>
/// Seals what both ends of a relay say, as they do it: a stream for each attempt, one for everything else, forgotten and begun anew when
/// there are many. The headers of all frames go to the output, and nothing else.
/// </summary>
internal static class Sealing
{
    /// <summary>More than a connection keeps streams for.</summary>
    private const int Attempts = 300;

    private static readonly CarrierTerms[] Ways = [CarrierTerms.Link(new string('0', 32)), CarrierTerms.Discord(1, 2)];

    /// <param name="root">64 hex digits: the same for every process.</param>
    /// <param name="epoch">32 hex digits: the worker's, which outlives the server's processes.</param>
    /// <param name="frames">After so many it ends by itself.</param>
    public static void Run(string root, string epoch, int frames, Stream output)
    {
        using var secret = RelayRoot.FromHex(root);
        var worker = WorkerEpoch.FromBytes(Convert.FromHexString(epoch));
        using var up = new OutgoingStreams(() => FrameSealer.ToServer(secret, Ways[0]));
        using var post = new OutgoingStreams(() => FrameSealer.ToServer(secret, Ways[1]));
        using var down = new OutgoingStreams(() => FrameSealer.ToWorker(secret, worker, Ways[0])) { Epoch = worker };
        using var buffer = new BufferedStream(output, 64 * 1024);
        var requests = Enumerable.Range(0, Attempts).Select(_ => new RequestId(Guid.CreateVersion7())).ToArray();
        for (var count = 0; count < frames;)
        {
            var request = requests[Random.Shared.Next(Attempts)];
            byte[][] message = Random.Shared.Next(50) switch
            {
                0 => Ping(secret),
                1 => down.Seal(new Welcome()),
                2 => up.Seal(new Heartbeat(count, 1, 0)),
                < 6 => down.Seal(new Resend(request, 1, 0)),
                < 28 => up.Seal(new Chunk(request, 1, count, 0, ChunkKind.Text, " token")),
                _ => post.Seal(new Chunk(request, 1, count, 0, ChunkKind.Text, " token")),
            };
            foreach (var frame in message)
            {
                buffer.Write(frame, 0, Frame.HeaderSize);
                count++;
            }
        }
    }

    private static byte[][] Ping(RelayRoot root)
    {
        using var pings = FrameSealer.Pings(root, Ways[1]);
        return pings.Seal(new Ping([1]));
    }
}
