using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>
/// A worker in Discord is given another root: whatever dies on the way, it is known by one of the two, and in the end by the new one alone.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class DiscordRotationTests : DiscordRelayFixture
{
    private static readonly WorkerId Id = new(Worker);

    private FailingStore _roots = null!;
    private ScriptedEngine _engine = null!;

    [SetUp]
    public async Task Keep()
    {
        _roots = new(new FileRootStore(Folder.File("roots")));
        _engine = new();
        await Keep(Worker, Convert.ToHexStringLower(Root));
    }

    [Test]
    public async Task The_new_root_takes_the_old_ones_place_and_an_answer_under_way_goes_on()
    {
        await using var worker = await Run();
        var turn = await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = "hold on to your key" });
        await Eventually.Is(() => _engine.Running == 1);
        await Rotate();
        await Settled();
        _engine.Release();
        var events = await Owner.Events($"/api/v1/requests/{turn.Json.GetProperty("request").GetProperty("id").GetString()}/events");
        var text = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
        Assert.That((events[^1].Event, text), Is.EqualTo(("completed", "hold on to your key")));
        Assert.That(events.Count(each => each.Event == "started"), Is.EqualTo(1), "nobody else was asked");
        await Answers();
    }

    [Test]
    public async Task Nobody_proves_himself_by_the_old_root_any_more()
    {
        await using (await Run())
        {
            await Rotate();
            await Settled();
        }

        await Eventually.Is(() => !IsOnline, within: TimeSpan.FromMinutes(1));
        var posted = Discord.Ledger.By(DefaultWorld.ClientBot).Count;
        await using var thief = await DiscordWorker.Start(Discord, Folder, Worker, Root, new ScriptedEngine());
        await Eventually.Is(() => Discord.Ledger.By(DefaultWorld.ClientBot).Count > posted);
        Assert.That(async () => await Eventually.Is(() => IsOnline, within: TimeSpan.FromSeconds(3)), Throws.InstanceOf<TimeoutException>());
        Assert.That(thief.State.Now.Connected, Is.False);
    }

    [Test]
    public async Task It_can_be_done_again()
    {
        await using var worker = await Run();
        await Rotate();
        await Settled();
        var second = await _roots.Find(Worker, CancellationToken.None);
        await Rotate();
        await Eventually.Is(async () => await _roots.Find(Worker, CancellationToken.None) != second);
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_was_away_is_told_when_it_comes()
    {
        await Rotate();
        await using var worker = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_kept_the_new_root_is_told_again()
    {
        _roots.Fails = true;
        await using (await Run())
        {
            await Rotate();
            await Eventually.Is(() => _roots.Asked > 0);
            await Answers();
        }

        Assert.That(await _roots.Find(Worker, CancellationToken.None), Is.EqualTo(Convert.ToHexStringLower(Root)));
        _roots.Fails = false;
        await using var again = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_used_the_new_root_uses_it_when_it_is_back()
    {
        await Rotate();
        await Keep(NextRoot.Of(Worker), await Next());
        await using var worker = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_heard_that_the_old_one_is_dropped_comes_back_by_the_new_one()
    {
        await Rotate();
        var next = await Next();
        await Host.Services.GetRequiredService<UseCases>().Send(
            new FinishRotation(Id, (await Enrolment()).NextSealedRoot!), actor: null, CancellationToken.None);
        await Keep(NextRoot.Of(Worker), next);
        await using var worker = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_server_that_does_not_know_the_new_root_any_more_is_served_by_the_old_one()
    {
        await Keep(NextRoot.Of(Worker), new string('7', 64));
        await using var worker = await Run();
        await Answers();
        Assert.That(await _roots.Find(Worker, CancellationToken.None), Is.EqualTo(Convert.ToHexStringLower(Root)));
        await Rotate();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task Another_key_in_the_configuration_shuts_the_old_one_out()
    {
        await using var old = await Run();
        var key = new string('7', 64);
        await Host.Services.GetRequiredService<UseCases>().Send(
            new AdoptWorker(Worker, Convert.FromHexString(key), BotId: null), actor: null, CancellationToken.None);
        await Eventually.Is(() => !IsOnline, within: TimeSpan.FromSeconds(10));
        await Keep(Worker, key);
        await using var worker = await Run();
        await Answers();
    }

    private bool IsOnline => Host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id == Id);

    private async Task<DiscordWorker> Run()
    {
        var root = Convert.FromHexString((await _roots.Find(Worker, CancellationToken.None))!);
        var next = await _roots.Find(NextRoot.Of(Worker), CancellationToken.None);
        var worker = await DiscordWorker.Start(
            Discord,
            Folder,
            Worker,
            root,
            _engine,
            _engine.Release,
            also: options => options with { Roots = _roots, NextRoot = next is null ? null : Convert.FromHexString(next) },
            beatEvery: TimeSpan.FromSeconds(1));
        await Online();
        return worker;
    }

    private async Task Rotate() => Assert.That((await Owner.Post($"/api/v1/admin/workers/{Worker}/rotate")).Status, Is.EqualTo(202));

    /// <summary>Both sides know one root, another one than the first, and it is the same.</summary>
    private async Task Settled()
    {
        await Eventually.Is(
            async () => (await Enrolment()).NextSealedRoot is null
                && await _roots.Find(Worker, CancellationToken.None) != Convert.ToHexStringLower(Root)
                && await _roots.Find(NextRoot.Of(Worker), CancellationToken.None) is null,
            within: TimeSpan.FromMinutes(1));
        var state = await Enrolment();
        var root = Host.Services.GetRequiredService<IRootVault>().Open(state.Id, state.SealedRoot);
        Assert.That(await _roots.Find(Worker, CancellationToken.None), Is.EqualTo(Convert.ToHexStringLower(root!)));
    }

    private async Task Answers()
    {
        var answer = await Owner.Say(await Owner.OpenSession(), "still there");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("still there"));
    }

    /// <summary>The root that the server is about to give out.</summary>
    private async Task<string> Next() => Convert.ToHexStringLower(
        Host.Services.GetRequiredService<IRootVault>().Open(Id, (await Enrolment()).NextSealedRoot)!);

    private Task Keep(string name, string root) => _roots.Save(name, root, CancellationToken.None);

    private async Task<WorkerEnrolmentState> Enrolment()
    {
        await using var scope = Host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IWorkerEnrolmentStore>().Find(Id, CancellationToken.None))!.State;
    }
}
