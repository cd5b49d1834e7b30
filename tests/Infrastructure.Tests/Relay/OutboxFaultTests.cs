using System.Collections.Concurrent;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Infrastructure.Storage.Outbox;
using MeatLizard.Testing;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>What a commit has promised fails: it is tried later and later, and nobody waits for ever.</summary>
[TestFixture]
internal sealed class OutboxFaultTests : ScriptedFixture
{
    private const int MostTries = 12;

    private Fault _fault = null!;
    private Record _record = null!;

    [Test]
    public async Task It_is_tried_later_each_time_until_it_is_set_aside_and_the_turn_has_its_end_all_the_same()
    {
        var (session, request) = await Ask();
        for (var tries = 1; tries < MostTries; tries++)
        {
            await Eventually.Is(() => _record.Waits.Count == tries);
            Time.Advance(_record.Waits.Last());
            Host.Services.GetRequiredService<OutboxBell>().Ring();
        }

        await Eventually.Is(() => !_record.Parked.IsEmpty);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                _record.Waits.Select(wait => Math.Round(wait.TotalSeconds)), Is.EqualTo([2, 4, 8, 16, 32, 64, 64, 64, 64, 64, 64]));
            Assert.That(_record.Parked, Is.EqualTo([nameof(InvalidOperationException)]));
            Assert.That(_fault.Met, Is.EqualTo(MostTries));
            Assert.That((await State(request)).IsOpen, Is.True);
        }

        Time.Advance(TimeSpan.FromMinutes(11));
        var (answer, events) = await OneEnd(session, request);
        Assert.That((answer.Error!.Code, ((ReplyFailed)events[^1]).Error.Code, _fault.Met), Is.EqualTo(("no_worker", "no_worker", MostTries)));
    }

    [Test]
    public async Task When_it_can_be_done_again_it_is_done()
    {
        var (session, request) = await Ask();
        await Eventually.Is(() => _record.Waits.Count == 1);
        _fault.IsThere = false;
        await Worker.SayHello();
        Assert.That(Worker.HasHeard<Infer>(), Is.False, "Its time has not come.");
        Time.Advance(_record.Waits.Last());
        Host.Services.GetRequiredService<OutboxBell>().Ring();
        await Worker.Answer(await Worker.Hears<Infer>(), "At last.");

        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("At last."));
        Assert.That(_record.Parked, Is.Empty);
    }

    protected override void Decorate(IServiceCollection services)
    {
        (_fault, _record) = (new(), new(Time));
        services.AddSingleton<IPipelineBehavior<DispatchRelayRequest, Outcome<DispatchResult>>>(_fault);
        services.AddScoped<IOutbox>(scope => new WatchedOutbox(new SqlOutbox(scope.GetRequiredService<DbSession>()), _record));
    }

    private sealed class Fault : IPipelineBehavior<DispatchRelayRequest, Outcome<DispatchResult>>
    {
        private int _met;

        public bool IsThere { get; set; } = true;

        public int Met => _met;

        public Task<Outcome<DispatchResult>> Handle(
            DispatchRelayRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<Outcome<DispatchResult>> next)
        {
            if (!IsThere)
            {
                return next();
            }

            Interlocked.Increment(ref _met);
            throw new InvalidOperationException("Something that nobody has thought of.");
        }
    }

    private sealed class Record(TimeProvider time)
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = [];

        public ConcurrentQueue<string> Parked { get; } = [];

        public void Postponed(DateTimeOffset until) => Waits.Enqueue(until - time.GetUtcNow());
    }

    /// <summary>Writes down what is put off when that is stored.</summary>
    private sealed class WatchedOutbox(SqlOutbox inner, Record record) : IOutbox
    {
        public void Add(OutboxItem item) => inner.Add(item);

        public void Remove(Guid id) => inner.Remove(id);

        public Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken) =>
            inner.Claim(now, lease, limit, cancellationToken);

        public async Task Postpone(Guid id, DateTimeOffset until, CancellationToken cancellationToken)
        {
            await inner.Postpone(id, until, cancellationToken);
            record.Postponed(until);
        }

        public Task GiveBack(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => inner.GiveBack(ids, cancellationToken);

        public async Task Park(Guid id, string reason, CancellationToken cancellationToken)
        {
            await inner.Park(id, reason, cancellationToken);
            record.Parked.Enqueue(reason);
        }

        public Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken) => inner.NextDue(cancellationToken);
    }
}
