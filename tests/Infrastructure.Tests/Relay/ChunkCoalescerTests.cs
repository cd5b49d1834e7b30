using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Relay;

[TestFixture]
internal sealed class ChunkCoalescerTests
{
    private static readonly RequestId Request = new(Guid.NewGuid());
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private StoppedClock clock = null!;
    private ChunkCoalescer coalescer = null!;

    [SetUp]
    public void SetUp()
    {
        clock = new StoppedClock();
        coalescer = new ChunkCoalescer(Request, 3, new CoalescingOptions { MaxCharacters = 10 }, clock);
    }

    [TearDown]
    public void TearDown() => coalescer.Dispose();

    [Test]
    public void The_first_text_leaves_at_once_and_what_follows_is_gathered_for_50_ms()
    {
        Assert.That(coalescer.Add(ChunkKind.Text, "a"), Is.EqualTo(new[] { new Chunk(Request, 3, 0, 0, ChunkKind.Text, "a") }));
        Assert.That(coalescer.DueIn, Is.Null);

        Assert.That(coalescer.Add(ChunkKind.Text, "b"), Is.Empty);
        Assert.That(coalescer.DueIn, Is.EqualTo(TimeSpan.FromMilliseconds(50)));
        clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.That(coalescer.Add(ChunkKind.Text, "c"), Is.Empty);
        Assert.That(coalescer.TakeDue(), Is.Empty);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(coalescer.DueIn, Is.EqualTo(TimeSpan.Zero));
        Assert.That(coalescer.TakeDue(), Is.EqualTo(new[] { new Chunk(Request, 3, 1, 0, ChunkKind.Text, "bc") }));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "d")), Is.EqualTo(new[] { "d" }), "after a pause nothing has to wait");
    }

    [Test]
    public void What_no_database_keeps_is_replaced_before_it_is_hashed()
    {
        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "a\0b")), Is.EqualTo(new[] { "a\uFFFDb" }));
        Assert.That(coalescer.PartHashes(), Is.EqualTo(new[] { Hash("a\uFFFDb") }));
    }

    [Test]
    public void A_group_is_full_at_its_number_of_characters()
    {
        coalescer.Add(ChunkKind.Text, "a");

        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "0123456789ABC")), Is.EqualTo(new[] { "0123456789" }));
        Assert.That(Texts(coalescer.Flush()), Is.EqualTo(new[] { "ABC" }));
        Assert.That(coalescer.Flush(), Is.Empty);
        Assert.That(coalescer.Chunks, Is.EqualTo(3));
    }

    [Test]
    public void Each_change_of_kind_begins_a_part_and_each_tool_call_is_one()
    {
        var chunks = new List<Chunk>();
        (ChunkKind Kind, string Text)[] generated =
        [
            (ChunkKind.Reasoning, "r1"), (ChunkKind.Reasoning, "r2"), (ChunkKind.Text, "t"), (ChunkKind.ToolCall, "{1}"),
            (ChunkKind.ToolCall, "{2}"), (ChunkKind.Text, "u"), (ChunkKind.Text, ""),
        ];
        foreach (var (kind, text) in generated)
            chunks.AddRange(coalescer.Add(kind, text));
        chunks.AddRange(coalescer.Flush());

        Assert.That(chunks.Select(chunk => (chunk.Sequence, chunk.Part, chunk.Kind, chunk.Text)), Is.EqualTo(new[]
        {
            (0, 0, ChunkKind.Reasoning, "r1"), (1, 0, ChunkKind.Reasoning, "r2"), (2, 1, ChunkKind.Text, "t"),
            (3, 2, ChunkKind.ToolCall, "{1}"),
            (4, 3, ChunkKind.ToolCall, "{2}"), (5, 4, ChunkKind.Text, "u"),
        }));
        Assert.That(coalescer.PartHashes(), Is.EqualTo(new[] { "r1r2", "t", "{1}", "{2}", "u" }.Select(Hash)));
    }

    [Test]
    public void A_pair_that_an_engine_tore_apart_is_put_together_and_a_lone_half_is_replaced()
    {
        Assert.That(coalescer.Add(ChunkKind.Text, "\uD83E"), Is.Empty);
        Assert.That(coalescer.DueIn, Is.Null);
        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "\uDD8E")), Is.EqualTo(new[] { "🦎" }));
        clock.Advance(Deadline);
        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "x\uD83E")), Is.EqualTo(new[] { "x" }));
        Assert.That(Texts(coalescer.Add(ChunkKind.Reasoning, "\uDD8E")), Is.EqualTo(new[] { "\uFFFD" }));
        Assert.That(Texts(coalescer.Flush()), Is.EqualTo(new[] { "\uFFFD" }));
        Assert.That(coalescer.PartHashes(), Is.EqualTo(new[] { Hash("🦎x\uFFFD"), Hash("\uFFFD") }));
    }

    [Test]
    public void Whatever_the_pieces_no_chunk_splits_a_pair_and_all_text_and_its_hash_arrive([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, 400).Select(_ => random.Next(3) switch { 0 => "🦎", 1 => "x", _ => "ü" }));
        var chunks = new List<Chunk>();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, 1 + random.Next(25));
            chunks.AddRange(coalescer.Add(ChunkKind.Text, text.Substring(at, length)));
            at += length;
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(30)));
            if (random.Next(3) == 0) chunks.AddRange(coalescer.TakeDue());
        }

        chunks.AddRange(coalescer.Flush());
        Assert.That(string.Concat(chunks.Select(chunk => chunk.Text)), Is.EqualTo(text));
        Assert.That(chunks.Select(chunk => chunk.Sequence), Is.EqualTo(Enumerable.Range(0, chunks.Count)));
        Assert.That(coalescer.PartHashes(), Is.EqualTo(new[] { Hash(text) }));
        foreach (var chunk in chunks)
        {
            Assert.That(chunk.Text, Has.Length.InRange(1, 10));
            Assert.That(char.IsHighSurrogate(chunk.Text[^1]) || char.IsLowSurrogate(chunk.Text[0]), Is.False);
        }
    }

    [Test]
    public async Task What_the_source_has_ready_is_one_chunk()
    {
        var steps = Channel.CreateUnbounded<string>();
        await using var chunks = coalescer.Coalesce(Pieces(), CancellationToken.None).GetAsyncEnumerator();
        foreach (var step in (string[])["a", "bcd", "e"])
        {
            clock.Advance(TimeSpan.FromMilliseconds(60));
            steps.Writer.TryWrite(step);
            Assert.That(await Next(chunks), Is.EqualTo(step));
        }

        steps.Writer.Complete();
        Assert.That(await Next(chunks), Is.Null);

        async IAsyncEnumerable<GeneratedText> Pieces()
        {
            await foreach (var step in steps.Reader.ReadAllAsync())
            {
                foreach (var piece in step)
                    yield return new(ChunkKind.Text, $"{piece}");
            }
        }
    }

    [Test]
    public async Task The_first_text_leaves_before_more_is_asked_for()
    {
        var asked = 0;
        await using var chunks = coalescer.Coalesce(Source(), CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await chunks.MoveNextAsync(), Is.True);
        Assert.That((chunks.Current.Text, asked), Is.EqualTo(("a", 1)));

        async IAsyncEnumerable<GeneratedText> Source()
        {
            foreach (var text in new[] { "a", "b" })
            {
                asked++;
                await Task.CompletedTask;
                yield return new(ChunkKind.Text, text);
            }
        }
    }

    [Test]
    public void A_source_that_never_pauses_waits_for_a_window_and_another()
    {
        coalescer.Add(ChunkKind.Text, "a", more: true);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(coalescer.Add(ChunkKind.Text, "b", more: true), Is.Empty);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(Texts(coalescer.Add(ChunkKind.Text, "c", more: true)), Is.EqualTo(new[] { "bc" }));
    }

    [Test]
    public async Task Text_that_waits_leaves_when_its_time_is_up_though_nothing_follows()
    {
        var source = Channel.CreateUnbounded<GeneratedText>();
        await using var chunks = coalescer.Coalesce(source.Reader.ReadAllAsync(), CancellationToken.None).GetAsyncEnumerator();

        source.Writer.TryWrite(new(ChunkKind.Text, "a"));
        Assert.That(await Next(chunks), Is.EqualTo("a"));
        source.Writer.TryWrite(new(ChunkKind.Text, "b"));
        source.Writer.TryWrite(new(ChunkKind.Text, "c"));
        var next = Next(chunks);
        await clock.SomebodyWaits();
        Assert.That(next.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.That(await next, Is.EqualTo("bc"));

        source.Writer.TryWrite(new(ChunkKind.Text, "d"));
        source.Writer.Complete();
        Assert.That(await Next(chunks), Is.EqualTo("d"));
        Assert.That(await Next(chunks), Is.Null);
        Assert.That(coalescer.PartHashes(), Is.EqualTo(new[] { Hash("abcd") }));
    }

    [Test]
    public async Task When_the_source_breaks_its_text_comes_first_and_then_the_fault()
    {
        var source = Channel.CreateUnbounded<GeneratedText>();
        source.Writer.TryWrite(new(ChunkKind.Text, "a"));
        source.Writer.TryWrite(new(ChunkKind.Text, "b"));
        source.Writer.Complete(new TimeoutException("silent"));
        await using var chunks = coalescer.Coalesce(source.Reader.ReadAllAsync(), CancellationToken.None).GetAsyncEnumerator();

        Assert.That(await Next(chunks), Is.EqualTo("a"));
        Assert.That(await Next(chunks), Is.EqualTo("b"));
        Assert.That(async () => await Next(chunks), Throws.InstanceOf<TimeoutException>().With.Message.EqualTo("silent"));
    }

    [Test]
    public async Task Cancelling_keeps_the_text_that_there_is()
    {
        using var cancel = new CancellationTokenSource();
        var source = Channel.CreateUnbounded<GeneratedText>();
        source.Writer.TryWrite(new(ChunkKind.Text, "a"));
        source.Writer.TryWrite(new(ChunkKind.Text, "b"));
        await using var chunks = coalescer.Coalesce(source.Reader.ReadAllAsync(cancel.Token), cancel.Token).GetAsyncEnumerator();

        Assert.That(await Next(chunks), Is.EqualTo("a"));
        var next = Next(chunks);
        await clock.SomebodyWaits();
        await cancel.CancelAsync();
        Assert.That(await next, Is.EqualTo("b"));
        Assert.That(async () => await Next(chunks), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_reader_that_leaves_early_stops_the_source()
    {
        var stopped = new TaskCompletionSource();
        var chunks = coalescer.Coalesce(Source(CancellationToken.None), CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await Next(chunks), Is.EqualTo("a"));
        Assert.That(await Next(chunks), Is.EqualTo("0123456789"));

        await chunks.DisposeAsync().AsTask().WaitAsync(Deadline);

        Assert.That(stopped.Task.IsCompleted, Is.True);

        async IAsyncEnumerable<GeneratedText> Source([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                yield return new(ChunkKind.Text, "a");
                yield return new(ChunkKind.Text, "0123456789AB");
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                stopped.SetResult();
            }
        }
    }

    private static IEnumerable<string> Texts(IEnumerable<Chunk> chunks) => chunks.Select(chunk => chunk.Text);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<string?> Next(IAsyncEnumerator<Chunk> chunks) =>
        await chunks.MoveNextAsync().AsTask().WaitAsync(Deadline) ? chunks.Current.Text : null;
}
