using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>With the small generator on the ladder nobody is left without an answer.</summary>
[TestFixture]
internal sealed class LadderTests : ScriptedFixture
{
    private bool _dies;

    protected override IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?> { ["Fallback:Ladder"] = "Worker, Markov, Notify", ["Relay:OutboxLease"] = "00:00:01" };

    [Test]
    public async Task When_no_worker_is_there()
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        await Markov(await Ask());
    }

    [Test]
    public async Task When_every_attempt_came_to_nothing()
    {
        await Worker.SayHello();
        var turn = await Ask();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await Worker.Hears<Infer>();
            await Worker.Say(new Accepted(turn.Request, attempt), new Failed(turn.Request, attempt, "engine_crashed", "It crashed.", Retryable: true));
        }

        await Markov(turn);
    }

    [Test]
    public async Task When_nobody_was_free_in_time()
    {
        await Worker.SayHello(slots: 1);
        await Ask();
        await Worker.Hears<Infer>();
        var turn = await Ask();
        Time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await Markov(turn);
    }

    [Test]
    public async Task When_the_host_dies_between_its_text_and_its_end()
    {
        _dies = true;
        Time.Advance(TimeSpan.FromMinutes(1));
        var turn = await Ask();
        await Markov(turn);
        Assert.That(_dies, Is.False);
    }

    protected override void Decorate(IServiceCollection services)
    {
        var inner = services.Single(service => service.ServiceType == typeof(IReplyLog));
        services.Remove(inner);
        services.AddScoped<IReplyLog>(scope => new Dying((IReplyLog)ActivatorUtilities.CreateInstance(scope, inner.ImplementationType!), this));
    }

    private async Task Markov((SessionId Session, MeatLizard.Domain.Relay.RequestId Request) turn)
    {
        var (answer, events) = await OneEnd(turn.Session, turn.Request);
        Assert.That(events[^1], Is.InstanceOf<ReplyCompleted>());
        Assert.That(answer.Origin!.Kind, Is.EqualTo(OriginKind.Fallback));
        Assert.That(answer.Text, Is.Not.Empty);
    }

    /// <summary>Fails the first end, as if the process had gone.</summary>
    private sealed class Dying(IReplyLog inner, LadderTests test) : IReplyLog
    {
        public void Append(MeatLizard.Domain.Relay.RequestId request, ReplyEvent happened)
        {
            if (happened.IsEnd && test._dies)
            {
                test._dies = false;
                throw new LockTimeoutException(new IOException("The host is gone."));
            }

            inner.Append(request, happened);
        }

        public Task<IReadOnlyList<ReplyEvent>> Read(
            MeatLizard.Domain.Relay.RequestId request, long after, int limit, CancellationToken cancellationToken) =>
            inner.Read(request, after, limit, cancellationToken);

        public Task<int> Compact(DateTimeOffset endedBefore, CancellationToken cancellationToken) => inner.Compact(endedBefore, cancellationToken);
    }
}
