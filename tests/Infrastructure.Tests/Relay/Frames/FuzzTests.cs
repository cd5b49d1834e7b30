using System.Buffers.Binary;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>
/// An attacker between server and worker who sees every frame, holds a key of another worker's, and sends 100,000 frames of his own making
/// among the genuine ones (a million with MEATLIZARD_FULL=1).
/// </summary>
[TestFixture]
internal sealed class FuzzTests
{
    private static readonly FrameOutcome[] Taken = [FrameOutcome.Opened, FrameOutcome.Incomplete];

    private static int Rounds => Environment.GetEnvironmentVariable("MEATLIZARD_FULL") == "1" ? 1_000_000 : 100_000;

    [Test]
    public void Whatever_is_sent_only_the_genuine_frames_are_taken_once_each([Values] bool atServer)
    {
        var random = new Random(atServer ? 11 : 12);
        using var pair = new FramePair(terms: CarrierTerms.Discord(1, 2));
        using var other = new FramePair(terms: pair.Terms);
        var opener = atServer ? pair.Server : pair.Worker;
        var counters = atServer ? pair.ServerCounters : pair.WorkerCounters;
        var traffic = Traffic(pair, atServer, 150, random);
        var reflected = Traffic(pair, !atServer, 20, random);
        var foreign = Traffic(other, atServer, 20, random);
        var next = 0;
        var opened = 0;
        var looked = 0L;

        for (var i = 0; i < Rounds / 2; i++)
        {
            // Genuine frames trickle in between, in the traffic's own shuffled order.
            if (next < traffic.Count && i % ((Rounds / 2 / traffic.Count) + 1) == 0) opened += Deliver(traffic[next++]);

            var known = (opener.Streams, opener.MessagesInFlight);
            var (frame, binding, allowed) = Attack();
            var outcome = opener.TryOpen(frame, binding, out var message);
            looked++;
            Assert.That(allowed, Does.Contain(outcome), () => $"round {i}, {Convert.ToHexString(frame)}");
            Assert.That(message, Is.Null);
            Assert.That((opener.Streams, opener.MessagesInFlight), Is.EqualTo(known));
        }

        while (next < traffic.Count) opened += Deliver(traffic[next++]);
        Assert.That(opened, Is.EqualTo(150), "every genuine message arrived");
        Assert.That(opener.MessagesInFlight, Is.Zero);
        Assert.That(counters.Total, Is.EqualTo(looked), "each frame is counted");
        Assert.That(counters[FrameOutcome.Opened] + counters[FrameOutcome.Incomplete], Is.EqualTo(traffic.Count));

        int Deliver(byte[] frame)
        {
            var outcome = opener.TryOpen(frame, pair.Terms.Binding, out var message);
            looked++;
            Assert.That(Taken, Does.Contain(outcome));
            Assert.That(message is not null, Is.EqualTo(outcome == FrameOutcome.Opened));
            return outcome == FrameOutcome.Opened ? 1 : 0;
        }

        (byte[] Frame, string Binding, FrameOutcome[] Allowed) Attack()
        {
            var genuine = traffic[random.Next(traffic.Count)];
            switch (random.Next(11))
            {
                case 0:
                    return (Flip(genuine, 1, genuine.Length), pair.Terms.Binding, Rejected);
                case 1:
                    return (Flip(genuine, 1 + random.Next(8), 36), pair.Terms.Binding, Rejected);
                case 2:
                    return (genuine[..random.Next(genuine.Length)], pair.Terms.Binding, Rejected);
                case 3:
                    return ([.. genuine, .. Noise(1 + random.Next(600))], pair.Terms.Binding, Rejected);
                case 4 when next > 0:
                    return (traffic[random.Next(next)], pair.Terms.Binding, [FrameOutcome.Replayed, FrameOutcome.Stale]);
                case 5:
                    return (reflected[random.Next(reflected.Count)], pair.Terms.Binding, [FrameOutcome.WrongDirection]);
                case 6:
                    // Turned round, with the key id that this side expects.
                    var turned = (byte[])reflected[random.Next(reflected.Count)].Clone();
                    turned[2] = genuine[2];
                    genuine.AsSpan(4, 8).CopyTo(turned.AsSpan(4));
                    return (turned, pair.Terms.Binding, [FrameOutcome.Forged, FrameOutcome.BadFlags]);
                case 7:
                    return (Splice(genuine, traffic[random.Next(traffic.Count)]), pair.Terms.Binding, Rejected);
                case 8:
                    return (genuine, random.Next(2) == 0 ? "discord:1:3" : "discord:2:2", [FrameOutcome.Forged]);
                case 9:
                    return (foreign[random.Next(foreign.Count)], pair.Terms.Binding, [FrameOutcome.UnknownKey]);
                default:
                    var noise = Noise(random.Next(1600));
                    if (random.Next(2) == 0) genuine.AsSpan(0, Math.Min(random.Next(40), noise.Length)).CopyTo(noise);
                    return (noise, pair.Terms.Binding, Rejected);
            }
        }

        byte[] Flip(byte[] frame, int bits, int within)
        {
            var flipped = (byte[])frame.Clone();
            while (flipped.AsSpan().SequenceEqual(frame))
                for (var i = 0; i < bits; i++) flipped[random.Next(within)] ^= (byte)(1 << random.Next(8));
            return flipped;
        }

        byte[] Splice(byte[] head, byte[] tail)
        {
            // The head of one frame and the tail of another, at the header's end, at a block, or anywhere.
            var cut = random.Next(3) switch { 0 => 36, 1 => 36 + (16 * (1 + random.Next(3))), _ => 1 + random.Next(100) };
            byte[] spliced = [.. head[..cut], .. tail[Math.Min(cut, tail.Length - 1)..]];
            return traffic.Exists(frame => frame.AsSpan().SequenceEqual(spliced)) ? Flip(spliced, 1, spliced.Length) : spliced;
        }

        byte[] Noise(int length)
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            return noise;
        }
    }

    [Test]
    public void Whatever_a_peer_with_the_key_seals_nothing_crashes([Values] bool atServer)
    {
        var random = new Random(21);
        using var pair = new FramePair();
        var forge = atServer ? pair.UpwardForge() : pair.DownwardForge();
        var opener = atServer ? pair.Server : pair.Worker;
        var contents = Traffic(pair, atServer, 60, random).Where(frame => frame[1] == 2 && frame[35] == 1)
            .Select(forge.Open).Select(plain => plain[4..(4 + BinaryPrimitives.ReadInt32BigEndian(plain))]).ToArray();
        var outcomes = new HashSet<FrameOutcome>();

        for (var i = 0u; i < Rounds / 10; i++)
        {
            var content = (byte[])contents[random.Next(contents.Length)].Clone();
            var edits = 1 + random.Next(4);
            for (var edit = 0; edit < edits; edit++)
            {
                var at = random.Next(content.Length);
                content[at] = (byte)(random.Next(3) == 0 ? random.Next(256) : "{}[]\":,0-9e.tnul\\ud8"[random.Next(20)]);
            }

            if (random.Next(5) == 0) content = content[..random.Next(1, content.Length)];
            var parts = (ushort)(random.Next(10) == 0 ? random.Next(1, 4) : 1);
            var part = (ushort)random.Next(parts);
            byte? flags = random.Next(20) == 0 ? 3 : null;

            var outcome = opener.TryOpen(forge.Seal(content, i + 5, part, parts, flags), "local", out var message);

            outcomes.Add(outcome);
            Assert.That(message is not null, Is.EqualTo(outcome == FrameOutcome.Opened));
        }

        FrameOutcome[] seen = [FrameOutcome.Opened, FrameOutcome.Malformed, FrameOutcome.UnknownMessage, FrameOutcome.Incomplete];
        Assert.That(outcomes, Is.SupersetOf(seen));
        Assert.That(outcomes, Has.None.EqualTo(FrameOutcome.Forged));
    }

    private static FrameOutcome[] Rejected { get; } =
    [
        .. Enum.GetValues<FrameOutcome>().Except(Taken)
            .Except([FrameOutcome.StreamsFull, FrameOutcome.UnknownMessage, FrameOutcome.WrongEpoch]),
    ];

    private static List<byte[]> Traffic(FramePair pair, bool toServer, int count, Random random)
    {
        var messages = new List<RelayMessage>();
        for (var seed = 1; messages.Count < count; seed++)
        {
            var samples = new RelaySamples(seed);
            messages.AddRange(toServer ? samples.Upward() : samples.Downward().Where(message => message is not Ping));
        }

        using FrameSealer a = toServer ? pair.Upward() : pair.Downward(), b = toServer ? pair.Upward() : pair.Downward();
        var frames = messages.Take(count).SelectMany(message => (random.Next(2) == 0 ? a : b).Seal(message)).ToArray();
        random.Shuffle(frames);
        return [.. frames];
    }
}
