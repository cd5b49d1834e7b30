using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Calls that wait while nobody in the outbox does: the outbox need not be looked at, and here it can't be.</summary>
[TestFixture]
internal sealed class PassedOnTests : ScriptedFixture
{
    [Test]
    public async Task A_slot_goes_from_call_to_call_by_age()
    {
        await Worker.SayHello(slots: 1);
        List<StatelessAnswer> calls = [];
        List<Task> readers = [];
        for (var i = 0; i < 4; i++)
        {
            calls.Add((await Host.Send(new OpenStatelessCall(Order()))).Value);
            readers.Add(ReadToEnd(calls[i]));
        }

        List<Guid> served = [];
        for (var i = 0; i < calls.Count; i++)
        {
            var order = await Worker.Hears<Infer>();
            Assert.That(Worker.HasHeard<Infer>(), Is.False, "One slot, one at a time.");
            served.Add(order.RequestId.Value);
            await Worker.Answer(order, "done");
        }

        await Task.WhenAll(readers);
        Assert.That(served, Is.EqualTo(calls.Select(call => call.Id.Value)));
        var line = Host.Services.GetRequiredService<WaitingLine>();
        Assert.That(line.StandsBefore(null), Is.False, "Nobody is left in line.");
        foreach (var call in calls)
        {
            await call.DisposeAsync();
        }
    }

    protected override void Decorate(IServiceCollection services) => services.AddScoped<IOutbox, StuckOutbox>();

    private static StatelessOrder Order() => new()
    {
        Model = "tiny",
        Messages = [new(MessageRole.User, [new TextPart("Hello?")])],
    };

    private static async Task ReadToEnd(StatelessAnswer call)
    {
        await foreach (var _ in call.Read(CancellationToken.None))
        {
        }
    }

    /// <summary>Nobody ever hears from it.</summary>
    private sealed class StuckOutbox : IOutbox
    {
        public void Add(OutboxItem item)
        {
        }

        public void Remove(Guid id)
        {
        }

        public async Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }

        public Task Postpone(Guid id, DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task GiveBack(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task Park(Guid id, string reason, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);
    }
}
