using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>What #ai-metrics and /admin queue show of a service that is used: an API host, a server bot, a worker behind Discord with one slot.</summary>
[TestFixture]
internal sealed partial class ServiceReadingTests
{
    private const string Worker = "anna-mac";

    private readonly ScriptedEngine _engine = new() { Models = [new() { Name = "echo", ContextSize = 100_000, Slots = 1, SizeBytes = 1 }] };
    private TestFolder _folder = null!;
    private TestDatabase _database = null!;
    private StandIn _discord = null!;
    private CommandsBot _bot = null!;
    private ApiHost _api = null!;
    private ApiClient _owner = null!;
    private DiscordWorker _worker = null!;

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _database = await TestDatabase.Create(Database.Sqlite);
        _discord = await StandIn.Start(new StandInOptions());
        string[] shared = [.. _database.Settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        _bot = await CommandsBot.Start(_discord, _folder, shared);
        var root = await _bot.Enrol(Worker);
        _api = await ApiHost.Start([ApiHost.NoWorker, .. shared]);
        _owner = await _api.Owner();
        _worker = await DiscordWorker.Start(_discord, _folder, Worker, root, _engine);
        await Eventually.Is(() => _api.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.IsElsewhere && known.Models.Count > 0));
    }

    [TearDown]
    public async Task Stop()
    {
        _engine.Release();
        await _worker.DisposeAsync();
        _owner.Dispose();
        await _api.DisposeAsync();
        await _bot.DisposeAsync();
        await _discord.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Who_waits_and_is_answered_what_it_took_and_what_went_wrong()
    {
        for (var i = 0; i < 3; i++)
        {
            _ = await _owner.Say(await _owner.OpenSession(), $"echo {i}");
        }

        _ = await _owner.Post($"/api/v1/sessions/{await _owner.OpenSession()}/messages", new { content = "break it" }, ("Prefer", "wait=30"));
        await Eventually.Is(() => Shown().Contains("Last hour: 4 answers, 1 errors", StringComparison.Ordinal));
        Assert.That(await Queue(), Is.EqualTo("Nobody waits.\nBeing answered: 0. Promised in the outbox: 0."));

        _engine.Hold();
        var before = DateTimeOffset.UtcNow;
        List<string> held = [];
        for (var i = 0; i < 3; i++)
        {
            var turn = await _owner.Post($"/api/v1/sessions/{await _owner.OpenSession()}/messages", new { content = $"hold {i}" });
            held.Add(turn.Json.GetProperty("request").GetProperty("id").GetString()!);
            await Eventually.Is(() => _engine.Running == 1);
        }

        await Eventually.Is(() => Shown().Contains("waiting: 2 \u00b7 being answered: 1\n", StringComparison.Ordinal));
        var queue = await Queue();
        var since = Since().Match(queue);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(queue, Does.StartWith("Waiting: 2, the first since ").And.Contain("\nBeing answered: 1. "), queue);
            Assert.That(
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(since.Groups[1].Value, CultureInfo.InvariantCulture)),
                Is.InRange(before.AddSeconds(-1), DateTimeOffset.UtcNow));
            Assert.That(Shown(), Does.Match(@"first token p50 \d+\.\d\d s, p95 \d+\.\d\d s\n"));
            Assert.That(Shown(), Does.Match($@"`{Worker}` online · 0 of 1 slots free · \d+\.\d tokens/s · discord"));
        }

        _engine.Release();
        foreach (var request in held)
        {
            var events = await _owner.Events($"/api/v1/requests/{request}/events");
            Assert.That(events[^1].Event, Is.EqualTo("completed"));
        }

        await Eventually.Is(() => Shown().Contains("waiting: 0 \u00b7 being answered: 0\nLast hour: 7 answers, 1 errors", StringComparison.Ordinal));
    }

    /// <summary>The message in #ai-metrics as it is now.</summary>
    private string Shown() => _discord.Ledger.Entries.LastOrDefault(entry => entry.Channel == "ai-metrics") is { } posted
        ? posted.Edits is [.., var last] ? last.Content : posted.Content
        : "";

    private async Task<string> Queue()
    {
        Invoked? asked = null;
        await Eventually.Is(() =>
        {
            try
            {
                asked = _discord.Human(DefaultWorld.Owner).Run(_discord.World.Channel("Olga's relay", "general"), "admin queue");
                return true;
            }
            catch (InvalidOperationException)
            {
                // Not registered yet.
                return false;
            }
        });
        return (await asked!.Finished(Token))!.Content;
    }

    [GeneratedRegex(@"<t:(\d+):R>")]
    private static partial Regex Since();
}
