using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Where events come from that a reader sees: what it was given, what it was told, and the table for all else.</summary>
[TestFixture]
internal sealed class ReplyReaderTests
{
    private static readonly RequestId Request = new(Guid.CreateVersion7());

    private readonly StoppedClock _clock = new();
    private Table _table = null!;
    private MemoryReplySignal _signal = null!;
    private ServiceProvider _services = null!;
    private ReplyReader _reader = null!;

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Fresh()
    {
        (_table, _signal) = (new(), new(_clock));
        _services = new ServiceCollection().AddSingleton<IReplyLog>(_table).BuildServiceProvider();
        _reader = new(_services.GetRequiredService<IServiceScopeFactory>(), _signal);
    }

    [TearDown]
    public async Task Stop() => await _services.DisposeAsync();

    [Test]
    public async Task What_was_known_and_what_follows_it_costs_no_look_at_the_table()
    {
        await using var events = _reader.Read(Request, 0, [Queued(1), Started(2)], Token).GetAsyncEnumerator(Token);
        Assert.That(await Next(events), Is.EqualTo(1));
        Assert.That(await Next(events), Is.EqualTo(2));
        var third = Next(events);
        Commit(Text(3), Text(4));

        Assert.That((await third, await Next(events), _table.Looks), Is.EqualTo((3L, 4L, 0)));
    }

    [Test]
    public async Task What_was_committed_before_anybody_subscribed_is_found_in_the_table()
    {
        await using var events = _reader.Read(Request, 0, [Queued(1), Started(2)], Token).GetAsyncEnumerator(Token);
        Commit(Text(3));
        Assert.That((await Next(events), await Next(events)), Is.EqualTo((1L, 2L)));
        var third = Next(events);
        await _clock.SomebodyWaits();
        Assert.That(_table.Looks, Is.Zero, "Not at once: a token is being made.");
        _clock.Advance(TimeSpan.FromMilliseconds(25));

        Assert.That((await third, _table.Looks), Is.EqualTo((3L, 1)));
    }

    [Test]
    public async Task A_gap_is_filled_from_the_table()
    {
        await using var events = _reader.Read(Request, 0, [Queued(1)], Token).GetAsyncEnumerator(Token);
        _table.Events.Add(Queued(1));
        Commit(Started(2));
        Assert.That(await Next(events), Is.EqualTo(1));
        var second = Next(events);
        Commit(Text(3));

        Assert.That((await second, await Next(events), _table.Looks), Is.EqualTo((2L, 3L, 1)));
    }

    private static async Task<long> Next(IAsyncEnumerator<ReplyEvent> events)
    {
        Assert.That(await events.MoveNextAsync(), Is.True);
        return events.Current.Id;
    }

    private static ReplyQueued Queued(long id) => new(new(Guid.CreateVersion7()), 0) { Id = id };

    private static ReplyStarted Started(long id) => new(1, new Origin(OriginKind.Worker, "local", "tiny")) { Id = id };

    private static ReplyDelta Text(long id) => new(1, 0, ChunkKind.Text, 0, "x") { Id = id };

    /// <summary>Into the table, and then said to whoever has subscribed.</summary>
    private void Commit(params ReplyEvent[] events)
    {
        _table.Events.AddRange(events);
        _signal.Raise(Request, events);
    }

    private sealed class Table : IReplyLog
    {
        public List<ReplyEvent> Events { get; } = [];

        public int Looks { get; private set; }

        public void Append(RequestId request, ReplyEvent happened) => Events.Add(happened);

        public Task<IReadOnlyList<ReplyEvent>> Read(RequestId request, long after, int limit, CancellationToken cancellationToken)
        {
            Looks++;
            return Task.FromResult<IReadOnlyList<ReplyEvent>>([.. Events.Where(happened => happened.Id > after).Take(limit)]);
        }

        public Task<int> Compact(DateTimeOffset endedBefore, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
