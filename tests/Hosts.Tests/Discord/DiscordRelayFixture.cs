using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>A server that reaches its worker through the stand-in for Discord.</summary>
internal abstract class DiscordRelayFixture
{
    protected const string Worker = "anna-mac";

    /// <summary>Of each bot, over all its channels.</summary>
    protected virtual int RequestsPerSecond => 50;

    protected virtual TimeProvider ServerClock => TimeProvider.System;

    protected virtual IReadOnlyList<string> Settings => [];

    protected TestFolder Folder { get; private set; } = null!;

    protected StandIn Discord { get; private set; } = null!;

    protected ApiHost Host { get; private set; } = null!;

    protected ApiClient Owner { get; private set; } = null!;

    protected byte[] Root { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        Folder = new();
        Discord = await StandIn.Start(new StandInOptions { HeartbeatInterval = TimeSpan.FromSeconds(2), HeartbeatPatience = TimeSpan.FromSeconds(6) });
        Host = await ApiHost.Start([ApiHost.NoWorker, .. ApiHost.WithOwner, .. Settings], services => services
            .Replace(ServiceDescriptor.Singleton(ServerClock))
            .AddDiscord(new DiscordOptions(DefaultWorld.ServerBotToken, Folder.File("server.gateway.json")) { Api = Discord.ApiAddress, Cdn = [], IdentifiesPerHour = 1000, RequestsPerSecond = RequestsPerSecond })
            .AddDiscordRelay(new DiscordRelayOptions(new(DefaultWorld.RelayGuild))));
        Owner = await Host.Owner();
        var invited = await Owner.Post("/api/v1/admin/workers", new { name = Worker });
        using var nobody = Host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        Root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        var set = await Owner.Put($"/api/v1/admin/workers/{Worker}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
        Assert.That(set.Status, Is.EqualTo(204), set.Text);
    }

    [TearDown]
    public async Task Stop()
    {
        Owner.Dispose();
        await Host.DisposeAsync();
        await Discord.DisposeAsync();
        Folder.Dispose();
    }

    protected async Task<DiscordWorker> StartWorker(ScriptedEngine engine)
    {
        var worker = await DiscordWorker.Start(Discord, Folder, Worker, Root, engine);
        await Online();
        return worker;
    }

    /// <summary>What is posted in the relay channels now the worker's bot does not see, until the server's bot has put that right, within two seconds.</summary>
    protected void CloseRelayChannels()
    {
        foreach (var channel in Discord.World.Channels.Values.Where(one => one.Name.StartsWith("relay-", StringComparison.Ordinal)).ToArray())
        {
            Discord.Rooms.ChangeChannel(channel, closed => closed.Overwrites.Remove(DefaultWorld.ClientBot));
        }
    }

    /// <summary>A question is answered, and was given out once for it.</summary>
    protected async Task IsAnsweredAtOnce()
    {
        var answer = await Owner.Say(await Owner.OpenSession(), "hello over there");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("hello over there"));
        var request = new RequestId(answer.Json.GetProperty("request").GetProperty("id").GetGuid());
        List<int> attempts = [];
        await foreach (var happened in Host.Services.GetRequiredService<ReplyReader>().Read(request, 0, CancellationToken.None))
        {
            attempts.AddRange(happened is ReplyStarted started ? [started.Attempt] : []);
        }

        Assert.That(attempts, Is.EqualTo(new[] { 1 }), "It need not be given out again.");
    }

    protected Task Online() => Eventually.Is(() =>
        Host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id == new WorkerId(Worker) && known.Models.Count > 0));
}
