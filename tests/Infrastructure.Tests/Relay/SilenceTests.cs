using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A carrier that can't see lost connections: whether a worker is there is known by its heartbeats alone.</summary>
[TestFixture]
internal sealed class SilenceTests : ScriptedFixture
{
    private IWorkerRegistry Registry => Host.Services.GetRequiredService<IWorkerRegistry>();

    protected override void Decorate(IServiceCollection services) => Worker.NoticesLoss = false;

    [Test]
    public async Task A_worker_that_says_nothing_for_three_heartbeats_is_lost_and_so_is_what_it_was_at()
    {
        await Worker.SayHello(slots: 1);
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say([new Accepted(request, 1), ScriptedWorker.Chunks(order, "Half an ")[0]]);
        await Eventually.Is(async () => (await State(request)).Status == RequestStatus.Streaming);
        Time.Advance(TimeSpan.FromSeconds(31));

        var (answer, _) = await OneEnd(session, request);
        Assert.That((answer.Status, answer.Text, answer.Error!.Code), Is.EqualTo((MessageStatus.Failed, "Half an ", "worker_lost")));
        await Eventually.Is(() => Registry.List().Count == 0);
        await Worker.Say(new Heartbeat(7, 1, 0));
        Assert.That((await Worker.Hears<Ping>()).Challenge, Has.Length.EqualTo(32), "it does not know that it is lost");
        await Worker.SayHello(slots: 1);
        Assert.That(Registry.List(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_that_beats_stays()
    {
        await Worker.SayHello(slots: 1);
        Time.Advance(TimeSpan.FromSeconds(29));
        await Worker.Say(new Heartbeat(0, 1, 0));
        var heard = Registry.List().Single().HeardAt;
        Time.Advance(TimeSpan.FromSeconds(29));
        await Worker.Say(new Heartbeat(1, 1, 12.5, Power: "mains"));
        var known = Registry.List().Single();
        Assert.That((known.LastBeat!.TokensPerSecond, known.LastBeat.Power), Is.EqualTo((12.5, "mains")));
        Assert.That(known.HeardAt, Is.GreaterThan(heard));

        await Worker.Say(new Heartbeat(0, 0, 1) { Draining = "An old one." });
        Assert.That(Registry.List().Single().LastBeat!.Number, Is.EqualTo(1), "one that is repeated says nothing");
        Assert.That(Registry.List().Single().Draining, Is.False);
    }
}
