using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Workers whose key stands in the configuration of both sides: they need no code, and what an admin does with them later stands.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ConfiguredWorkerTests
{
    private const string Name = "anna-mac";
    private const string Bot = "100000000000000042";

    private static readonly string Key = Convert.ToHexStringLower(RelayKey(1));
    private static readonly string OtherKey = Convert.ToHexStringLower(RelayKey(2));
    private static readonly string ThirdKey = Convert.ToHexStringLower(RelayKey(3));

    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(ApiHost.NoWorker, $"--Relay:Workers:{Name}:Key={Key}", $"--Relay:Workers:{Name}:Carrier=Link");
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task It_dials_in_without_a_code_and_answers()
    {
        await using var worker = await Run(Key);
        var answer = await _owner.Say(await _owner.OpenSession(), "hello over there");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo(Name));
        Assert.That((await Listed()).GetProperty("enrolment").GetString(), Is.EqualTo("enrolled"));
    }

    [Test]
    public async Task Hosts_that_start_at_once_take_it_over_once_and_say_so_in_the_log()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Adoption((Name, OtherKey, "Link", Bot), ("berta", ThirdKey, "Link", null)).Run(CancellationToken.None)));
        var log = (await _owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray()
            .Where(entry => entry.GetProperty("action").GetString() == "adopt_worker").ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Select(entry => entry.GetProperty("target").GetString()), Is.EquivalentTo([Name, Name, "berta"]), "the first at the start, and with another key");
            Assert.That(log.Select(entry => entry.ToString()), Is.All.Not.Contain(Key).And.Not.Contain(OtherKey));
            Assert.That(await Bots(), Is.EqualTo([(Name, Bot)]));
        }
    }

    [Test]
    public async Task A_worker_that_was_sent_away_is_not_let_in_by_the_next_start_but_by_another_key()
    {
        await _owner.Delete($"/api/v1/admin/workers/{Name}");
        await Adopt(Key);
        Assert.That((await Enrolment()).Status, Is.EqualTo(EnrolmentStatus.Revoked));
        await _owner.Post("/api/v1/admin/workers", new { name = Name });
        await Adopt(Key);
        Assert.That((await Enrolment()).Status, Is.EqualTo(EnrolmentStatus.Invited), "nor after somebody was given a code for its name");

        await Adopt(OtherKey);
        await using var worker = await Run(OtherKey);
        var root = (await Enrolment()).SealedRoot;
        await Adopt(Key);
        Assert.That((await Enrolment()).SealedRoot, Is.EqualTo(root), "nor by a host that has yet to hear of the new one");
    }

    [Test]
    public async Task A_rotation_outlives_the_next_start()
    {
        using var folder = new TestFolder();
        var roots = new FailingStore(new Infrastructure.Security.FileRootStore(folder));
        await roots.Save(Name, Key, CancellationToken.None);
        await using var worker = await LinkedWorker.Start(
            _host.Address, Name, Convert.FromHexString(Key), options => options with { Roots = roots });
        await Online();
        await _owner.Post($"/api/v1/admin/workers/{Name}/rotate");
        await Eventually.Is(async () => await roots.Find(Name, CancellationToken.None) != Key && (await Enrolment()).NextSealedRoot is null);
        var rotated = (await Enrolment()).SealedRoot;
        await Adopt(Key);
        Assert.That((await Enrolment()).SealedRoot, Is.EqualTo(rotated));
    }

    [Test]
    public async Task Another_key_shuts_the_old_one_out_on_every_host()
    {
        await using var old = await Run(Key);

        // As another host does that was started with it, while this one goes on.
        await Adopt(OtherKey);
        await Eventually.Is(() => old.State.Now is { Connected: false, Problem: not null }, within: TimeSpan.FromSeconds(10));
        await using var worker = await Run(OtherKey);
        var answer = await _owner.Say(await _owner.OpenSession(), "who is it now");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("who is it now"));
        Assert.That((old.Engine.Asked, old.State.Now.Connected), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task A_bot_that_is_another_workers_already_is_named()
    {
        await Adopt(Key, Bot);
        Assert.That(
            () => Adoption(("berta", OtherKey, "Discord", Bot)).Run(CancellationToken.None),
            Throws.TypeOf<FormatException>().With.Message.StartsWith("Relay:Workers:berta").And.Message.Contains(Name));
    }

    [Test]
    public async Task Bots_may_change_hands_among_those_that_are_configured_and_leave_those_that_are_gone()
    {
        const string OtherBot = "100000000000000043";
        await Adoption((Name, Key, "Discord", Bot), ("berta", OtherKey, "Discord", OtherBot)).Run(CancellationToken.None);
        await Adoption((Name, Key, "Discord", OtherBot), ("berta", OtherKey, "Discord", Bot)).Run(CancellationToken.None);
        Assert.That(await Bots(), Is.EqualTo([(Name, OtherBot), ("berta", Bot)]));

        await _owner.Delete("/api/v1/admin/workers/berta");
        await Adoption((Name, Key, "Discord", OtherBot), ("carla", ThirdKey, "Discord", Bot)).Run(CancellationToken.None);
        Assert.That(await Bots(), Is.EqualTo([(Name, OtherBot), ("carla", Bot)]));
    }

    [Test]
    public async Task Whoever_stood_at_the_door_before_the_key_was_changed_is_not_let_in_after_it()
    {
        using var early = await RawLink.Open(_host.Address, Name, Convert.FromHexString(Key));
        await Adopt(OtherKey);
        await using var worker = await Run(OtherKey);
        await early.Send(early.Hello(early.Challenge));
        Assert.That(async () => await early.Closed(), Is.EqualTo(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation));
        Assert.That(worker.State.Now.Connected);
    }

    [Test]
    public void In_Discord_the_server_has_to_know_its_bot() => Assert.That(
        () => Adoption(("berta", OtherKey, "Discord", null)).Run(CancellationToken.None),
        Throws.TypeOf<FormatException>().With.Message.StartsWith("Relay:Workers:berta:BotId is missing"));

    [Test]
    public void The_worker_inside_may_have_its_key_configured_too()
    {
        var workers = Configured(("local", Key, "InProcess", null), ("LOUD", OtherKey, "link", null));
        Assert.That((workers.LocalKey, workers.Elsewhere.Single().Name, workers.Elsewhere.Single().IsInDiscord), Is.EqualTo((Key, "loud", false)));
        Assert.That($"{workers}", Does.Not.Contain(Key).And.Not.Contain(OtherKey));
    }

    [TestCase("mac", "", "Link", null, "Relay:Workers:mac:Key")]
    [TestCase("mac", "00000000000000000000000000000000", "Link", null, "Relay:Workers:mac:Key")]
    [TestCase("mac", "0000000000000000000000000000000000000000000000000000000000000000", "Link", null, "Relay:Workers:mac:Key")]
    [TestCase("mac", "KEY", null, null, "Relay:Workers:mac:Carrier")]
    [TestCase("mac", "KEY", "InProcess", null, "Relay:Workers:mac:Carrier")]
    [TestCase("mac", "KEY", "Pigeon", null, "Relay:Workers:mac:Carrier")]
    [TestCase("mac", "KEY", "Discord", "42", "Relay:Workers:mac:BotId")]
    [TestCase("ma c", "KEY", "Link", null, "Relay:Workers:ma c")]
    [TestCase("-mac", "KEY", "Link", null, "Relay:Workers:-mac")]
    [TestCase("local", "KEY", "Link", null, "Relay:Workers:local:Carrier")]
    [TestCase("local", "KEY", null, Bot, "Relay:Workers:local:BotId")]
    public void What_cannot_be_meant_is_named_and_no_key_is_told(string name, string key, string? carrier, string? bot, string named)
    {
        var given = key == "KEY" ? Key : key;
        var wrong = Assert.Throws<FormatException>(() => Configured((name, given, carrier, bot)))!.Message;
        Assert.That(wrong, Does.StartWith(named));
        Assert.That(wrong, Does.Not.Contain(Key));
    }

    [Test]
    public void One_bot_is_one_workers() => Assert.That(
        () => Configured(("anna", Key, "Discord", Bot), ("berta", OtherKey, "Discord", Bot)),
        Throws.TypeOf<FormatException>().With.Message.StartsWith("Relay:Workers:berta:BotId"));

    [TestCase("anna")]
    [TestCase("local")]
    public void One_key_is_one_workers(string first) => Assert.That(
        () => Configured((first, Key, first == "local" ? null : "Link", null), ("berta", Key.ToUpperInvariant(), "Link", null)),
        Throws.TypeOf<FormatException>().With.Message.StartsWith("Relay:Workers:berta:Key").And.Message.Not.Contain(Key));

    private static byte[] RelayKey(byte digit) => [.. Enumerable.Repeat(digit, 32)];

    private static ConfiguredWorkers Configured(params (string Name, string Key, string? Carrier, string? BotId)[] workers)
    {
        Dictionary<string, string?> settings = [];
        foreach (var (name, key, carrier, bot) in workers)
        {
            (settings[$"Relay:Workers:{name}:Key"], settings[$"Relay:Workers:{name}:Carrier"], settings[$"Relay:Workers:{name}:BotId"]) = (key, carrier, bot);
        }

        return ConfiguredWorkers.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    private WorkerAdoption Adoption(params (string Name, string Key, string? Carrier, string? BotId)[] workers) =>
        new(Configured(workers), _host.Services.GetRequiredService<UseCases>());

    private Task Adopt(string key, string? bot = null) => Adoption((Name, key, "Link", bot)).Run(CancellationToken.None);

    private async Task<LinkedWorker> Run(string key)
    {
        var worker = await LinkedWorker.Start(_host.Address, Name, Convert.FromHexString(key));
        await Eventually.Is(() => worker.State.Now.Connected);
        await Online();
        return worker;
    }

    private Task Online() => Eventually.Is(() =>
        _host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id.Value == Name && known.Models.Count > 0));

    private async Task<WorkerEnrolmentState> Enrolment()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IWorkerEnrolmentStore>().Find(new(Name), CancellationToken.None))!.State;
    }

    private async Task<(string, string)[]> Bots()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var bots = await scope.ServiceProvider.GetRequiredService<IWorkerBots>().List(CancellationToken.None);
        return [.. bots.Select(bot => (bot.Worker.Value, $"{bot.BotId}"))];
    }

    private async Task<System.Text.Json.JsonElement> Listed() => (await _owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0];
}
