using System.Collections.Concurrent;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>Nonce safety, replay, order, and what a receiver keeps.</summary>
[TestFixture]
internal sealed class StreamTests
{
    private FramePair pair = null!;

    [SetUp]
    public void SetUp() => pair = new FramePair();

    [TearDown]
    public void TearDown() => pair.Dispose();

    [Test]
    public void The_same_message_sealed_twice_or_by_a_restarted_process_shares_neither_stream_nor_sequence()
    {
        var names = new HashSet<string>();
        for (var process = 0; process < 200; process++)
        {
            using var root = new RelayRoot(pair.Secret);
            using var sealer = FrameSealer.ToServer(root, pair.Terms);
            var streams = new HashSet<string>();
            for (var i = 0; i < 5; i++)
            {
                var frame = sealer.Seal(new Bye())[0];
                streams.Add(Convert.ToHexString(frame, 12, 16));
                Assert.That(names.Add(Convert.ToHexString(frame, 12, 20)), Is.True);
            }

            Assert.That(streams, Has.Count.EqualTo(1));
        }

        Assert.That(names.Select(name => name[..32]).Distinct().Count(), Is.EqualTo(200));
    }

    [Test]
    public void No_caller_can_choose_a_stream_id()
    {
        // Neither a parameter nor a settable member could carry 16 bytes in, but the epoch, which is no stream id: two sealers of one
        // epoch differ.
        using FrameSealer a = pair.Downward(), b = pair.Downward();

        Assert.That(a.Seal(new Drain())[0][12..28], Is.Not.EqualTo(b.Seal(new Drain())[0][12..28]));
        Assert.That(typeof(FrameSealer).GetConstructors(), Is.Empty);
        Assert.That(typeof(FrameSealer).GetProperties().Where(property => property.CanWrite), Is.Empty);
    }

    [Test]
    public void Sequences_are_handed_out_once_each_whoever_asks_at_once()
    {
        using var sealer = FrameSealer.ToServer(pair.Root, CarrierTerms.Discord(1, 2));
        var frames = new ConcurrentBag<byte[][]>();
        var chunk = new RelaySamples(1).NewChunk() with { Text = new string('x', 4000) };
        Parallel.For(0, 500, _ => frames.Add(sealer.Seal(chunk)));

        var sequences = frames.SelectMany(message => message.Select(Sequence)).Order().ToArray();
        Assert.That(sequences, Is.EqualTo(Enumerable.Range(0, 500 * 3)));
        foreach (var message in frames) Assert.That(Sequence(message[2]) - Sequence(message[0]), Is.EqualTo(2));
        foreach (var frame in frames.SelectMany(message => message).OrderBy(Sequence))
            Assert.That(pair.Server.TryOpen(frame, "discord:1:2", out _),
                Is.EqualTo(FrameOutcome.Opened).Or.EqualTo(FrameOutcome.Incomplete));
        Assert.That(pair.ServerCounters[FrameOutcome.Opened], Is.EqualTo(500));
    }

    [Test]
    public void A_stream_ends_before_its_limit_even_within_a_message()
    {
        Assert.That(Frame.SequenceLimit, Is.EqualTo(2147483648u));
        using var sealer = FrameSealer.ToServer(pair.Root, CarrierTerms.Discord(1, 2), sequenceLimit: 4);
        var chunk = new RelaySamples(1).NewChunk() with { Text = new string('x', 4000) };
        sealer.Seal(chunk);

        Assert.That(sealer.FramesLeft, Is.EqualTo(1));
        Assert.That(() => sealer.Seal(chunk), Throws.InvalidOperationException);
        Assert.That(sealer.Seal(new Bye()), Has.Length.EqualTo(1));
        Assert.That(() => sealer.Seal(new Bye()), Throws.InvalidOperationException);
    }

    [Test]
    public void A_sealer_takes_only_what_travels_in_its_stream()
    {
        using FrameSealer up = pair.Upward(), down = pair.Downward(), pings = pair.Pings();

        Assert.That(() => up.Seal(new Drain()), Throws.ArgumentException);
        Assert.That(() => down.Seal(new Bye()), Throws.ArgumentException);
        Assert.That(() => down.Seal(new Ping([1])), Throws.ArgumentException);
        Assert.That(() => pings.Seal(new Drain()), Throws.ArgumentException);
        Assert.That(() => FrameSealer.ToWorker(pair.Root, WorkerEpoch.None, pair.Terms), Throws.ArgumentException);
        down.Dispose();
        Assert.That(() => down.Seal(new Drain()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Nothing_sealed_before_a_workers_restart_opens_after_it()
    {
        using FrameSealer down = pair.Downward(), pings = pair.Pings();
        var frames = new RelaySamples(3).Downward().Where(message => message is not Ping).SelectMany(down.Seal).ToArray();
        using var restarted = FrameOpener.AtWorker(new RelayKeys(pair.Root), WorkerEpoch.Draw(), pair.WorkerCounters);

        foreach (var frame in frames) Assert.That(restarted.TryOpen(frame, "local", out _), Is.EqualTo(FrameOutcome.UnknownKey));
        Assert.That(restarted.TryOpen(pings.Seal(new Ping([1]))[0], "local", out _), Is.EqualTo(FrameOutcome.Opened));
        foreach (var frame in frames) Assert.That(pair.AtWorker(frame), Is.EqualTo(FrameOutcome.Opened));
    }

    [Test]
    public void A_restarted_server_still_reads_an_answer_under_way()
    {
        using var up = pair.Upward();
        for (var i = 0; i < 300; i++)
            Assert.That(pair.AtServer(up.Seal(new RelaySamples(i).NewChunk() with { Text = "x" })[0]), Is.EqualTo(FrameOutcome.Opened));
        using var restarted = FrameOpener.AtServer(new RelayKeys(pair.Root), pair.ServerCounters);

        Assert.That(restarted.TryOpen(up.Seal(new Bye())[0], "local", out _), Is.EqualTo(FrameOutcome.Opened));
    }

    [Test]
    public void Frames_may_overtake_each_other_by_1023_and_arrive_once()
    {
        using var up = pair.Upward();
        var frames = Enumerable.Range(0, 1026).Select(_ => up.Seal(new Bye())[0]).ToArray();

        Assert.That(pair.AtServer(frames[1025]), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(pair.AtServer(frames[1]), Is.EqualTo(FrameOutcome.Stale));
        Assert.That(pair.AtServer(frames[2]), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(pair.AtServer(frames[2]), Is.EqualTo(FrameOutcome.Replayed));
        Assert.That(pair.AtServer(frames[1025]), Is.EqualTo(FrameOutcome.Replayed));
    }

    [Test]
    public void The_window_remembers_exactly_what_was_seen([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var window = new ReplayWindow();
        var seen = new HashSet<uint>();
        var highest = -1L;
        for (var i = 0; i < 5000; i++)
        {
            var step = random.Next(100) == 0 ? random.Next(5000) : random.Next(40);
            var sequence = (uint)Math.Max(0, highest + 1 - random.Next(1200) + step);
            var expected = sequence > highest ? FrameOutcome.Opened
                : highest - sequence >= 1024 ? FrameOutcome.Stale
                : seen.Contains(sequence) ? FrameOutcome.Replayed : FrameOutcome.Opened;

            Assert.That(window.Check(sequence), Is.EqualTo(expected));
            if (expected != FrameOutcome.Opened) continue;

            window.Mark(sequence);
            seen.Add(sequence);
            highest = Math.Max(highest, sequence);
        }
    }

    [Test]
    public void Parts_make_a_message_in_whatever_order_they_come([Range(1, 10)] int seed)
    {
        using var discord = new FramePair(terms: CarrierTerms.Discord(1, 2));
        using var down = discord.Downward();
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 5).Select(i => new RelaySamples((seed * 10) + i).NewInfer()).ToArray();
        var frames = sent.SelectMany(message => down.Seal(message)).ToArray();
        random.Shuffle(frames);

        var arrived = new List<RelayMessage>();
        foreach (var frame in frames)
            if (discord.AtWorker(frame, out var message) == FrameOutcome.Opened) arrived.Add(message!);

        Assert.That(arrived.Cast<Infer>().Select(infer => infer.RequestId), Is.EquivalentTo(sent.Select(infer => infer.RequestId)));
        Assert.That(discord.Worker.MessagesInFlight, Is.Zero);
    }

    [Test]
    public void A_message_whose_part_is_lost_is_given_up_when_others_need_the_room()
    {
        using var small = new FramePair(new FrameOpenerLimits { MessagesInFlight = 3 });
        var forge = small.UpwardForge();
        for (var i = 0u; i < 5; i++)
            Assert.That(small.AtServer(forge.Seal("{"u8.ToArray(), i * 2, 0, 2)), Is.EqualTo(FrameOutcome.Incomplete));

        Assert.That(small.Server.MessagesInFlight, Is.EqualTo(3));
        Assert.That(small.ServerCounters.Abandoned, Is.EqualTo(2));
        Assert.That(small.AtServer(forge.Seal("\"t\":\"bye\"}"u8.ToArray(), 9, 1, 2)), Is.EqualTo(FrameOutcome.Opened));
    }

    [Test]
    public void Parts_in_flight_are_bounded_in_bytes_too()
    {
        using var small = new FramePair(new FrameOpenerLimits { BytesInFlight = 600_000 });
        var forge = small.UpwardForge();
        for (var i = 0u; i < 40; i++) small.AtServer(forge.Seal(new byte[50_000], i * 2, 0, 2));
        Assert.That(small.Server.MessagesInFlight, Is.EqualTo(11));

        // The table of a message with very many parts counts as well.
        for (var i = 0u; i < 40; i++) small.AtServer(forge.Seal(new byte[1], 1000 + i, 0, 65_000));
        Assert.That(small.Server.MessagesInFlight, Is.EqualTo(1));
    }

    [Test]
    public void A_message_that_grows_past_the_limit_is_dropped()
    {
        var forge = pair.UpwardForge();
        var outcome = FrameOutcome.Incomplete;
        var i = 0u;
        for (; outcome == FrameOutcome.Incomplete; i++) outcome = pair.AtServer(forge.Seal(new byte[65_000], i, (ushort)i, 300));

        Assert.That(outcome, Is.EqualTo(FrameOutcome.Oversized));
        Assert.That(i, Is.EqualTo((Frame.LargestMessage / 65_000) + 1));
        Assert.That(pair.Server.MessagesInFlight, Is.Zero);
    }

    [Test]
    public void Parts_that_disagree_about_their_message_are_malformed()
    {
        var forge = pair.DownwardForge();
        Assert.That(pair.AtWorker(forge.Seal("{"u8.ToArray(), 0, 0, 2)), Is.EqualTo(FrameOutcome.Incomplete));
        Assert.That(pair.AtWorker(forge.Seal("{"u8.ToArray(), 1, 1, 3)), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(pair.AtWorker(forge.Seal("{"u8.ToArray(), 4, 0, 2)), Is.EqualTo(FrameOutcome.Incomplete));
        Assert.That(pair.AtWorker(forge.Seal("{"u8.ToArray(), 5, 1, 2, flags: 3)), Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(pair.Worker.MessagesInFlight, Is.Zero);
    }

    [Test]
    public void A_worker_forgets_no_stream_and_says_when_it_needs_a_new_epoch()
    {
        using var small = new FramePair(new FrameOpenerLimits { WorkerStreams = 400 });
        var first = small.DownwardForge();
        Assert.That(small.AtWorker(first.Seal("""{"t":"drain"}""", 7)), Is.EqualTo(FrameOutcome.Opened));
        for (var i = 1; i < 400; i++)
        {
            Assert.That(small.Worker.WantsNewEpoch, Is.EqualTo(i >= 300));
            Assert.That(small.AtWorker(small.DownwardForge().Seal("""{"t":"drain"}""")), Is.EqualTo(FrameOutcome.Opened));
        }

        Assert.That(small.AtWorker(small.DownwardForge().Seal("""{"t":"drain"}""")), Is.EqualTo(FrameOutcome.StreamsFull));
        Assert.That(small.Worker.Streams, Is.EqualTo(400));

        // The first one is not open any more: what it sent is remembered up to the highest sequence.
        Assert.That(small.AtWorker(first.Seal("""{"t":"drain"}""", 7)), Is.EqualTo(FrameOutcome.Replayed));
        Assert.That(small.AtWorker(first.Seal("""{"t":"drain"}""", 6)), Is.EqualTo(FrameOutcome.Replayed));
        Assert.That(small.AtWorker(first.Seal("""{"t":"drain"}""", 8)), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(small.AtWorker(first.Seal("""{"t":"drain"}""", 8)), Is.EqualTo(FrameOutcome.Replayed));
    }

    [Test]
    public void The_server_forgets_its_oldest_streams_and_goes_on()
    {
        using var small = new FramePair(new FrameOpenerLimits { ServerStreams = 100 });
        var first = small.UpwardForge();
        small.AtServer(first.Seal("""{"t":"bye"}"""));
        for (var i = 0; i < 300; i++)
            Assert.That(small.AtServer(small.UpwardForge().Seal("""{"t":"bye"}""")), Is.EqualTo(FrameOutcome.Opened));
        Assert.That(small.AtServer(first.Seal("""{"t":"bye"}""")), Is.EqualTo(FrameOutcome.Replayed));
        for (var i = 0; i < 200; i++)
            Assert.That(small.AtServer(small.UpwardForge().Seal("""{"t":"bye"}""")), Is.EqualTo(FrameOutcome.Opened));

        Assert.That(small.Server.Streams, Is.EqualTo(356));
        Assert.That(small.AtServer(first.Seal("""{"t":"bye"}""")), Is.EqualTo(FrameOutcome.Opened));
    }

    [Test]
    public void Openers_serve_many_threads()
    {
        using var up = pair.Upward();
        var frames = Enumerable.Range(0, 1000).Select(i => up.Seal(new RelaySamples(i).NewChunk() with { Text = "x" + i })[0]).ToArray();
        Parallel.ForEach(frames, frame => pair.AtServer(frame));
        Parallel.ForEach(frames, frame => pair.AtServer(frame));

        Assert.That(pair.ServerCounters[FrameOutcome.Opened], Is.EqualTo(1000));
        Assert.That(pair.ServerCounters[FrameOutcome.Replayed], Is.EqualTo(1000));
    }

    private static int Sequence(byte[] frame) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(28));
}
