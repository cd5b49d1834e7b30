using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>A worker that is reached through the owner's guild and nothing else.</summary>
[TestFixture]
internal sealed class DiscordRelayTests
{
    private const string Worker = "anna-mac";

    private TestFolder _folder = null!;
    private StandIn _discord = null!;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private byte[] _root = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _discord = await StandIn.Start(new StandInOptions());
        _host = await ApiHost.Start([ApiHost.NoWorker, .. ApiHost.WithOwner], services => services
            .AddDiscord(new DiscordOptions(DefaultWorld.ServerBotToken, _folder.File("server.gateway.json")) { Api = _discord.ApiAddress, Cdn = [] })
            .AddDiscordRelay(new DiscordRelayOptions(new(DefaultWorld.RelayGuild))));
        _owner = await _host.Owner();
        var invited = await _owner.Post("/api/v1/admin/workers", new { name = Worker });
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        _root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        var set = await _owner.Put($"/api/v1/admin/workers/{Worker}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
        Assert.That(set.Status, Is.EqualTo(204), set.Text);
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        await _discord.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_message_is_answered_through_the_relay_guild_and_says_nothing_there()
    {
        await using var worker = await DiscordWorker.Start(_discord, _folder, Worker, _root);
        await Online();
        var answer = await _owner.Say(await _owner.OpenSession(), "hello over there");
        var message = answer.Json.GetProperty("reply");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.GetProperty("text").GetString(), Is.EqualTo("hello over there"));
            Assert.That(message.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo(Worker));
            Assert.That(_discord.Ledger.Entries.Select(entry => entry.GuildId), Is.All.EqualTo(DefaultWorld.RelayGuild));
            Assert.That(_discord.Ledger.Entries.Select(entry => entry.Content), Has.None.Contains("hello"));
        }
    }

    private Task Online() => Eventually.Is(() =>
        _host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id == new WorkerId(Worker) && known.Models.Count > 0));
}
