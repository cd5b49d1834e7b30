using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>A worker's key in two processes, and in one that was sent away: over the link, and through Discord.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class StolenKeyTests(bool byDiscord)
{
    private const string Name = "anna-mac";

    private static readonly TimeSpan SettledWithin = TimeSpan.FromSeconds(5);

    /// <summary>Discord lets a bot begin one session in 5 seconds.</summary>
    private static readonly TimeSpan LetInWithin = TimeSpan.FromSeconds(10);

    private readonly List<Func<ValueTask>> _leave = [];
    private TestFolder _folder = null!;
    private TestFolder _other = null!;
    private StandIn? _discord;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private byte[] _root = null!;

    private WorkerPresence? Present => _host.Services.GetRequiredService<IWorkerRegistry>().List().SingleOrDefault();

    [SetUp]
    public async Task Start()
    {
        (_folder, _other) = (new(), new());
        _discord = byDiscord ? await StandIn.Start(new StandInOptions()) : null;
        _host = await ApiHost.Start([ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:01", .. ApiHost.WithOwner], services =>
        {
            if (_discord is not null)
            {
                services
                    .AddDiscord(new DiscordOptions(DefaultWorld.ServerBotToken, _folder.File("server.json")) { Api = _discord.ApiAddress, Cdn = [] })
                    .AddDiscordRelay(new DiscordRelayOptions(new(DefaultWorld.RelayGuild)));
            }
        });
        _owner = await _host.Owner();
        var invited = await _owner.Post("/api/v1/admin/workers", new { name = Name });
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        _root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        if (byDiscord)
        {
            await _owner.Put($"/api/v1/admin/workers/{Name}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
        }
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        foreach (var leave in _leave)
        {
            await leave();
        }

        _leave.Clear();
        await _host.DisposeAsync();
        if (_discord is not null)
        {
            await _discord.DisposeAsync();
        }

        _folder.Dispose();
        _other.Dispose();
    }

    [Test]
    public async Task Of_two_processes_with_one_key_the_later_one_works_and_the_operator_is_told()
    {
        var first = await Join(_folder);
        await Eventually.Is(() => Present is not null);
        var epoch = Present!.Epoch;
        var held = await Post("hold this thought");
        await Eventually.Is(async () => (await Get(held)).TryGetProperty("first_token_at", out var at) && at.ValueKind == JsonValueKind.String);

        var second = await Join(_other);
        await Eventually.Is(() => _discord?.Counters.Of("identify", DefaultWorld.ClientBot) is null or 2, LetInWithin);
        await Eventually.Is(() => Present is { } now && now.Epoch != epoch, SettledWithin);
        epoch = Present!.Epoch;

        // The new process is known a moment before what the old one was at is ended: what that one says until then is still heard.
        await Eventually.Is(async () => (await Get(held)).GetProperty("state").GetString() == "failed", SettledWithin);
        first.Release();
        var events = await _owner.Events($"/api/v1/requests/{held}/events");
        Assert.That(events.Count(one => one.Event is "completed" or "failed" or "cancelled"), Is.EqualTo(1));
        Assert.That(events[^1].Event, Is.EqualTo("failed"));
        Assert.That(events[^1].Data.GetProperty("code").GetString(), Is.EqualTo("worker_restarted"));

        var asked = first.Asked;
        await Answered(3);

        // The first one does not give up: it dials again and again, or goes on beating.
        await Eventually.Is(async () => (await Listed()).GetProperty("turned_away_at").ValueKind == JsonValueKind.String);
        await Answered(3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Asked, Is.EqualTo(asked), "it gets nothing new");
            Assert.That(second.Asked, Is.EqualTo(6));
            Assert.That(Present!.Epoch, Is.EqualTo(epoch), "and the worker is the same process all the time");
        }
    }

    [Test]
    public async Task A_worker_that_was_sent_away_gets_nothing_new_within_five_seconds()
    {
        var engine = await Join(_folder);
        await Eventually.Is(() => Present is not null);
        await Answered(1);
        Assert.That((await _owner.Delete($"/api/v1/admin/workers/{Name}")).Status, Is.EqualTo(204));
        await Eventually.Is(
            () => _host.Services.GetServices<IRelayCarrier>().All(carrier => !carrier.Reaches(new WorkerId(Name))), SettledWithin);
        var turn = await _owner.Post($"/api/v1/sessions/{await _owner.OpenSession()}/messages", new { content = "still there?" }, ("Prefer", "wait=30"));
        Assert.That(turn.Json.GetProperty("reply").GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(engine.Asked, Is.EqualTo(1));
        Assert.That((await Listed()).GetProperty("enrolment").GetString(), Is.EqualTo("revoked"));
    }

    private async Task<ScriptedEngine> Join(TestFolder folder)
    {
        if (_discord is null)
        {
            var linked = await LinkedWorker.Start(_host.Address, Name, _root);
            _leave.Add(linked.DisposeAsync);
            return linked.Engine;
        }

        var engine = new ScriptedEngine();
        _leave.Add((await DiscordWorker.Start(_discord, folder, Name, _root, engine)).DisposeAsync);
        return engine;
    }

    private async Task Answered(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var answer = await _owner.Say(await _owner.OpenSession(), $"echo {i}");
            Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo($"echo {i}"));
        }
    }

    private async Task<string> Post(string content)
    {
        var turn = await _owner.Post($"/api/v1/sessions/{await _owner.OpenSession()}/messages", new { content });
        return turn.Json.GetProperty("request").GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> Get(string request) => (await _owner.Get($"/api/v1/requests/{request}")).Json;

    private async Task<JsonElement> Listed() =>
        (await _owner.Get("/api/v1/admin/workers")).Json.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("id").GetString() == Name);
}
