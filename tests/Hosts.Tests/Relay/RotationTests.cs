using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>A worker is given another root: whatever dies on the way, it is known by one of the two, and in the end by the new one alone.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class RotationTests
{
    private const string Name = "anna-mac";

    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private TestFolder _folder = null!;
    private FailingStore _roots = null!;
    private string _first = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(ApiHost.NoWorker);
        _owner = await _host.Owner();
        _folder = new TestFolder();
        _roots = new(new FileRootStore(_folder));
        using var nobody = _host.Nobody();
        var code = (await _owner.Post("/api/v1/admin/workers", new { name = Name })).Json.GetProperty("code").GetString();
        _first = (await nobody.Post("/api/v1/enrol", new { code })).Json.GetProperty("root").GetString()!;
        await _roots.Save(Name, _first, CancellationToken.None);
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task The_new_root_takes_the_old_ones_place_and_an_answer_under_way_goes_on()
    {
        await using var worker = await Run();
        var session = await _owner.OpenSession();
        var turn = await _owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold on to your key" });
        await Eventually.Is(() => worker.Engine.Running == 1);
        await Rotate();
        await Settled();
        worker.Engine.Release();

        var events = await _owner.Events($"/api/v1/requests/{turn.Json.GetProperty("request").GetProperty("id").GetString()}/events");
        var text = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
        Assert.That((events[^1].Event, text), Is.EqualTo(("completed", "hold on to your key")));
        Assert.That(events.Count(each => each.Event == "started"), Is.EqualTo(1), "nobody else was asked");
    }

    [Test]
    public async Task The_old_root_opens_nothing_any_more()
    {
        await using (await Run())
        {
            await Rotate();
            await Settled();
        }

        await Eventually.Is(() => Registry.List().Count == 0);
        await using var thief = await LinkedWorker.Start(_host.Address, Name, Convert.FromHexString(_first));
        await Eventually.Is(() => thief.State.Now.Problem is not null);
        Assert.That((thief.State.Now.Connected, Registry.List().Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task It_can_be_done_again()
    {
        await using var worker = await Run();
        await Rotate();
        await Settled();
        var second = await _roots.Find(Name, CancellationToken.None);
        await Rotate();
        await Eventually.Is(async () => await _roots.Find(Name, CancellationToken.None) != second);
        await Settled();
        await Answers();
    }

    [Test]
    public async Task Asked_twice_it_is_done_once()
    {
        await Rotate();
        var next = (await Enrolment()).NextSealedRoot;
        await Rotate();
        Assert.That((await Enrolment()).NextSealedRoot, Is.EqualTo(next), "a worker that has the first one already is not shut out by a second");
        await using var worker = await Run();
        await Settled();
    }

    [Test]
    public async Task A_worker_that_was_away_is_told_when_it_comes()
    {
        await Rotate();
        Assert.That((await Listed()).GetProperty("rotating").GetBoolean(), Is.True);
        await using var worker = await Run();
        await Settled();
        Assert.That((await Listed()).GetProperty("rotating").GetBoolean(), Is.False);
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_kept_the_new_root_is_told_again()
    {
        _roots.Fails = true;
        await using (var worker = await Run())
        {
            await Rotate();
            await Eventually.Is(() => _roots.Asked > 0);
            await Answers();
        }

        Assert.That(await _roots.Find(Name, CancellationToken.None), Is.EqualTo(_first));
        _roots.Fails = false;
        await using var again = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_used_the_new_root_uses_it_when_it_is_back()
    {
        await Rotate();
        await Keep(NextRoot.Of(Name), await Next());
        await using var worker = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_before_it_has_heard_that_the_old_one_is_dropped_comes_back_by_the_new_one()
    {
        await Rotate();
        var next = await Next();
        await Finish();
        await Keep(NextRoot.Of(Name), next);
        await using var worker = await Run();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task A_worker_that_dies_while_it_drops_the_old_one_has_the_new_one_twice()
    {
        await Rotate();
        var next = await Next();
        await Finish();
        await Keep(Name, next);
        await Keep(NextRoot.Of(Name), next);
        await using var worker = await Run();
        await Answers();
    }

    [Test]
    public async Task A_server_that_does_not_know_the_new_root_any_more_is_served_by_the_old_one()
    {
        await Keep(NextRoot.Of(Name), new string('7', 64));
        await using var worker = await Run();
        await Answers();
        Assert.That(await _roots.Find(Name, CancellationToken.None), Is.EqualTo(_first));

        await Rotate();
        await Settled();
        await Answers();
    }

    [Test]
    public async Task Only_a_worker_that_is_enrolled_is_given_another_root()
    {
        Assert.That((await _owner.Post("/api/v1/admin/workers/nobody/rotate")).Status, Is.EqualTo(404));
        await Rotate();
        await _owner.Delete($"/api/v1/admin/workers/{Name}");
        Assert.That((await _owner.Post($"/api/v1/admin/workers/{Name}/rotate")).Code, Is.EqualTo("worker_not_enrolled"));
        using var member = await _host.Member("member");
        Assert.That((await member.Post($"/api/v1/admin/workers/{Name}/rotate")).Code, Is.EqualTo("forbidden"));
    }

    private IWorkerRegistry Registry => _host.Services.GetRequiredService<IWorkerRegistry>();

    private async Task<LinkedWorker> Run()
    {
        var root = await _roots.Find(Name, CancellationToken.None);
        var next = await _roots.Find(NextRoot.Of(Name), CancellationToken.None);
        var worker = await LinkedWorker.Start(_host.Address, Name, Convert.FromHexString(root!), options => options with
        {
            Roots = _roots,
            NextRoot = next is null ? null : Convert.FromHexString(next),
        });
        await Eventually.Is(() => Registry.List().Any(known => known.Id.Value == Name));
        return worker;
    }

    private async Task Rotate() => Assert.That((await _owner.Post($"/api/v1/admin/workers/{Name}/rotate")).Status, Is.EqualTo(202));

    /// <summary>Both sides know one root, another one than the first, and it is the same.</summary>
    private async Task Settled()
    {
        await Eventually.Is(async () => (await Enrolment()).NextSealedRoot is null
            && await _roots.Find(Name, CancellationToken.None) != _first
            && await _roots.Find(NextRoot.Of(Name), CancellationToken.None) is null);
        var state = await Enrolment();
        var root = _host.Services.GetRequiredService<IRootVault>().Open(state.Id, state.SealedRoot);
        Assert.That(await _roots.Find(Name, CancellationToken.None), Is.EqualTo(Convert.ToHexStringLower(root!)));
    }

    private async Task Answers()
    {
        var answer = await _owner.Say(await _owner.OpenSession(), "still there");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("still there"));
    }

    /// <summary>The root that the server is about to give out.</summary>
    private async Task<string> Next() => Convert.ToHexStringLower(
        _host.Services.GetRequiredService<IRootVault>().Open(new(Name), (await Enrolment()).NextSealedRoot)!);

    /// <summary>On the server's side alone, as when what it said then was lost.</summary>
    private async Task Finish() => await _host.Services.GetRequiredService<Application.UseCases>().Send(
        new FinishRotation(new(Name), (await Enrolment()).NextSealedRoot!), actor: null, CancellationToken.None);

    private Task Keep(string name, string root) => _roots.Save(name, root, CancellationToken.None);

    private async Task<WorkerEnrolmentState> Enrolment()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IWorkerEnrolmentStore>().Find(new(Name), CancellationToken.None))!.State;
    }

    private async Task<System.Text.Json.JsonElement> Listed() =>
        (await _owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0];
}
