using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Presentation.DiscordServer.Operations;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>
/// Storms with an API host and a server bot over one PostgreSQL and one Redis: Redis is flushed, killed and paused among the other things
/// that go wrong. It is no more than an accelerator, so that not one answer may be lost to it.
/// </summary>
[TestFixture]
internal sealed class RedisStormTests
{
    private const string Worker = "anna-mac";

    private static readonly int Count = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 } ? 100 : 6;

    private TestFolder _folder = null!;
    private TestRedis _redis = null!;
    private TestDatabase _database = null!;
    private StandIn _discord = null!;
    private CommandsBot _bot = null!;
    private ApiHost _api = null!;
    private ApiClient _owner = null!;
    private byte[] _root = null!;
    private Func<Task> _putRight = () => Task.CompletedTask;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _redis = await TestRedis.Start();
        _database = await TestDatabase.Create(Database.Postgres);
        _discord = await StandIn.Start(new StandInOptions { HeartbeatInterval = TimeSpan.FromSeconds(2), HeartbeatPatience = TimeSpan.FromSeconds(6) });
        string[] shared =
        [
            .. _database.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            $"--Redis:ConnectionString={_redis.ConnectionString}",
        ];
        _bot = await CommandsBot.Start(
            _discord, _folder, shared, services => services.AddSingleton(new MetricsOptions(new(DefaultWorld.RelayGuild), null)));
        _root = await _bot.Enrol(Worker);
        _api = await ApiHost.Start([ApiHost.NoWorker, .. shared]);
        _owner = await _api.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _api.DisposeAsync();
        await _bot.DisposeAsync();
        await _discord.DisposeAsync();
        await _database.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Redis_may_forget_die_and_stand_still_and_every_answer_comes_whole_and_once()
    {
        using var engine = Storms.Engine();
        await using var worker = await DiscordWorker.Start(_discord, _folder, Worker, _root, engine, () => { });
        await Eventually.Is(() => _api.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.IsElsewhere && known.Models.Count > 0));
        var others = new Disturbances(_discord, _bot.Services.GetRequiredService<DiscordCarrier>());
        var (whole, latest) = await new Storms(engine, _owner, _api.Services.GetRequiredService<ReplyReader>())
            .Play(Count, random => Disturb(random, others), Calm);
        Assert.That(whole, Is.EqualTo(Count * Storms.AtOnce));
        Assert.That(latest, Is.LessThan(Storms.RecoversWithin));
    }

    /// <summary>Two times out of three it is Redis.</summary>
    private async Task<string> Disturb(Random random, Disturbances others)
    {
        if (random.Next(3) == 0)
        {
            return others.Next(random);
        }

        await PutRight();
        switch (random.Next(4))
        {
            case 0:
                await _redis.Flush();
                return "Redis flushed";
            case 1:
                await _redis.Kill();
                _putRight = _redis.Restart;
                return "Redis killed";
            case 2:
                await _redis.Pause();
                _putRight = _redis.Resume;
                return "Redis stopped";
            default:
                var milliseconds = random.Next(200, 2000);
                await _redis.Ask($"CLIENT PAUSE {milliseconds} ALL");
                return $"Redis paused for {milliseconds} ms";
        }
    }

    private Task Calm()
    {
        _discord.Faults.Clear();
        return PutRight();
    }

    private Task PutRight()
    {
        var putRight = _putRight;
        _putRight = () => Task.CompletedTask;
        return putRight();
    }
}
