using System.Net.Http.Headers;
using System.Net.Http.Json;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>The server bot's commands, called by people.</summary>
[TestFixture]
internal sealed class CommandsTests
{
    private const string Worker = "anna-mac";
    private const string Relay = "Olga's relay";
    private const string Community = "Lizard community";
    private const string TrustsCommunity = "--Discord:AdminGuilds=1000000000000000002";

    private TestFolder _folder = null!;
    private StandIn _discord = null!;

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _discord = await StandIn.Start(new StandInOptions());
    }

    [TearDown]
    public async Task Stop()
    {
        await _discord.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Somebody_who_administers_nothing_is_refused_whatever_his_guild_shows_him()
    {
        await using var bot = await Bot(TrustsCommunity);
        Assert.That(await Ask(DefaultWorld.Administrator, Community, "admin workers"), Does.StartWith("No worker is known."));

        // As a guild's admin can do it: everybody is shown the command.
        await Register(DefaultWorld.Community, new { name = "admin", description = "for all", options = Sub("workers") });
        Assert.That(await Ask(DefaultWorld.Anna, Community, "admin workers"), Does.StartWith("Only those who administer"));

        var audit = await bot.Audit();
        Assert.That(audit.Select(entry => (entry.Name, entry.Action, entry.Outcome, entry.Code)), Is.EqualTo(new[]
        {
            (DefaultWorld.Anna, "admin workers", AuditOutcome.Refused, "forbidden"),
            (DefaultWorld.Administrator, "admin workers", AuditOutcome.Done, null),
        }));
    }

    [Test]
    public async Task An_administrator_of_a_guild_that_the_owner_has_not_named_is_refused()
    {
        await using var bot = await Bot();
        await Register(DefaultWorld.Community, new { name = "admin", description = "left over", options = Sub("workers") });

        Assert.That(await Ask(DefaultWorld.Administrator, Community, "admin workers"), Does.StartWith("Only those who administer"));
        Assert.That((await bot.Audit()).Single().Outcome, Is.EqualTo(AuditOutcome.Refused));
    }

    [Test]
    public async Task An_admin_sees_the_workers_and_drains_one_and_both_are_written_down()
    {
        await using var bot = await Bot();
        var root = await bot.Enrol(Worker);
        await using var worker = await DiscordWorker.Start(_discord, _folder, Worker, root, new ScriptedEngine());
        var registry = bot.Services.GetRequiredService<IWorkerRegistry>();
        await Eventually.Is(() => registry.List().Any(one => one.Id == new WorkerId(Worker) && one.Models.Count > 0));

        Assert.That(await Ask(DefaultWorld.Owner, Relay, "admin workers"), Does.StartWith($"`{Worker}` online").And.Contains("slots free"));
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "status"), Is.EqualTo("Ready."));
        Assert.That(await Drain("nobody"), Does.StartWith("There is no worker of that name."));
        Assert.That(await Drain(Worker), Does.StartWith($"{Worker} finishes what it has"));
        Assert.That(registry.List().Single().Draining);
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "admin workers"), Does.StartWith($"`{Worker}` draining"));
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "status"), Does.StartWith("Nobody can answer"));

        var audit = await bot.Audit();
        Assert.That(audit.Select(entry => (entry.Action, entry.Target, entry.Outcome, entry.Code)), Is.EqualTo(new[]
        {
            ("admin workers", null, AuditOutcome.Done, null),
            ("admin drain", Worker, AuditOutcome.Done, null),
            ("admin drain", "nobody", AuditOutcome.Refused, "not_found"),
            ("admin workers", null, AuditOutcome.Done, null),
        }));
        Assert.That(audit[0], Has.Property(nameof(AuditEntry.Subject)).EqualTo($"{_discord.World.User(DefaultWorld.Owner).Id}")
            .And.Property(nameof(AuditEntry.Place)).EqualTo($"{DefaultWorld.RelayGuild}"));

        Task<string> Drain(string name) =>
            Ask(DefaultWorld.Owner, Relay, "admin drain", new Dictionary<string, object> { ["worker"] = name });
    }

    [Test]
    public async Task Setup_names_a_permission_that_was_taken_away_and_how_to_give_it_back()
    {
        await using var bot = await Bot();
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "admin setup"), Does.Contain("Nothing is wrong."));

        var guild = _discord.World.Guild(Relay);
        var role = guild.Roles.Values.Single(one => one.Managed && one.Name == "MeatLizard");
        _discord.Rooms.ChangeRole(guild, role, changed => changed.Permissions &= ~Permissions.ManageRoles);
        var said = await Ask(DefaultWorld.Owner, Relay, "admin setup");
        Assert.That(said, Does.Contain("lacks permissions in the relay guild").And.Contains(": ManageRoles. Give its role these"));
        Assert.That(said, Does.Contain($"client_id={DefaultWorld.ServerBot}&scope=bot&permissions=268545040&guild_id={DefaultWorld.RelayGuild}"));
    }

    [Test]
    public async Task Commands_are_registered_when_they_are_others_than_the_last_time()
    {
        await using (var bot = await Bot())
        {
            await Eventually.Is(async () => await bot.NotedRegistrations() == 2);
            Assert.That(Registrations(), Is.EqualTo(2));
        }

        // The guild that is new comes last: when it has its commands, the others were looked at.
        await using (var bot = await Bot(TrustsCommunity))
        {
            await Eventually.Is(async () => await bot.NotedRegistrations() == 3);
            Assert.That(CanCall(DefaultWorld.Administrator, Community, "admin queue"));
            Assert.That(Registrations(), Is.EqualTo(3), string.Join(Environment.NewLine, _discord.Counters.Requests));
        }

        await using (var bot = await Bot())
        {
            await Eventually.Is(async () => await bot.NotedRegistrations() == 2);
            Assert.That(CanCall(DefaultWorld.Administrator, Community, "admin queue"), Is.False);
            Assert.That(Registrations(), Is.EqualTo(4), string.Join(Environment.NewLine, _discord.Counters.Requests));
        }
    }

    [Test]
    public async Task Everybody_is_helped_and_told_nothing_private()
    {
        await using var bot = await Bot();
        await bot.Enrol(Worker);
        Assert.That(await Ask(DefaultWorld.Ben, Community, "status"), Is.EqualTo("Nobody can answer at the moment. Try again later."));
        Assert.That(await Ask(DefaultWorld.Ben, Community, "help"), Does.Contain("/status").And.Not.Contain("admin"));
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "help"), Does.Contain("/admin drain worker:"));
        Assert.That(await bot.Audit(), Is.Empty);
    }

    [Test]
    public async Task A_command_from_earlier_days_is_answered_politely()
    {
        await using var bot = await Bot();
        await Register(DefaultWorld.Community, new { name = "dance", description = "gone since" });
        Assert.That(await Ask(DefaultWorld.Ben, Community, "dance"), Does.StartWith("There is no command /dance here any more."));

        await Eventually.Is(() => Registrations() == 2);
        await Register(DefaultWorld.RelayGuild, new { name = "admin", description = "old", options = Sub("explode") });
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "admin explode"), Does.StartWith("There is no command /admin explode any more."));
        Assert.That((await bot.Audit())[0].Code, Is.EqualTo("unknown_command"));
    }

    [Test]
    public async Task A_fault_becomes_a_sentence_and_a_row()
    {
        await using var bot = await CommandsBot.Start(_discord, _folder, [], services => services.AddSlashCommand<Broken>("admin queue"));
        Assert.That(await Ask(DefaultWorld.Owner, Relay, "admin queue"), Does.StartWith("Something went wrong here.").And.Not.Contain("secret"));
        Assert.That((await bot.Audit()).Single().Outcome, Is.EqualTo(AuditOutcome.Failed));
    }

    [Test]
    public async Task A_command_that_takes_long_keeps_nobody_else_waiting()
    {
        var gate = new Gate();
        await using var bot = await CommandsBot.Start(
            _discord, _folder, [], services => services.AddSingleton(gate).AddSlashCommand<Waiting>("status"));
        Assert.That(await Ask(DefaultWorld.Ben, Community, "help"), Is.Not.Empty);
        Invoked[] slow = [.. Enumerable.Range(0, 7).Select(_ => Call(DefaultWorld.Ben, Community, "status"))];
        await Task.WhenAll(slow.Select(one => one.Acknowledged(Token)));

        Assert.That(await Ask(DefaultWorld.Ben, Community, "help"), Is.Not.Empty);
        Assert.That(slow.Select(one => one.Answer?.Content), Is.All.Null.Or.Empty);

        // More than are carried out at a time: each is promised an answer within Discord's three seconds all the same.
        slow = [.. slow, .. Enumerable.Range(0, 5).Select(_ => Call(DefaultWorld.Ben, Community, "status"))];
        await Task.WhenAll(slow.Select(one => one.Acknowledged(Token)));
        gate.Open.SetResult();
        foreach (var one in slow)
        {
            Assert.That((await one.Finished(Token))!.Content, Is.EqualTo("done"));
        }
    }

    private static object[] Sub(string name) => [new { type = 1, name, description = "x" }];

    private Task<CommandsBot> Bot(params string[] arguments) => CommandsBot.Start(_discord, _folder, arguments);

    /// <summary>Those that were taken: three bots that start within a second go beyond what Discord allows in one, and ask again.</summary>
    private long Registrations() => _discord.Counters.Requests
        .Where(one => one.Key.StartsWith("PUT", StringComparison.Ordinal)
            && one.Key.Contains("commands", StringComparison.Ordinal)
            && one.Key.EndsWith(" 200", StringComparison.Ordinal))
        .Sum(one => one.Value);

    private Invoked Call(string who, string guild, string command, IReadOnlyDictionary<string, object>? options = null) =>
        _discord.Human(who).Run(_discord.World.Channel(guild, "general"), command, options);

    private bool CanCall(string who, string guild, string command)
    {
        try
        {
            _ = Call(who, guild, command);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>When the command is registered.</summary>
    private async Task<string> Ask(string who, string guild, string command, IReadOnlyDictionary<string, object>? options = null)
    {
        Invoked? called = null;
        await Eventually.Is(() =>
        {
            try
            {
                called = Call(who, guild, command, options);
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        });
        var answer = await called!.Finished(Token);
        Assert.That(answer!.IsEphemeral, "Only the caller sees it.");
        return answer.Content;
    }

    private async Task Register(ulong guild, object command)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bot", DefaultWorld.ServerBotToken);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("DiscordBot (https://example.org, 1)");
        using var answer = await http.PostAsJsonAsync(
            new Uri(_discord.ApiAddress, $"applications/{DefaultWorld.ServerBot}/guilds/{guild}/commands"), command, Token);
        Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private sealed class Broken : ISlashCommand
    {
        public Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a secret");
    }

    private sealed class Gate
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Waiting(Gate gate) : ISlashCommand
    {
        public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
        {
            await gate.Open.Task.WaitAsync(cancellationToken);
            return new("done");
        }
    }
}
