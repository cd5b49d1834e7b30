using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>A stand-in and a folder of each test's own, and our bot in it.</summary>
internal abstract class StandInFixture
{
    protected const string PostRoute = "POST /channels/{channel}/messages";

    protected static readonly Snowflake Relay = new(DefaultWorld.RelayGuild);
    protected static readonly Snowflake General = new(1_000_000_000_000_000_031);
    protected static readonly Snowflake Community = new(DefaultWorld.Community);
    protected static readonly Snowflake CommunityGeneral = new(1_000_000_000_000_000_051);

    private readonly List<Bot> _bots = [];
    private TestFolder _folder = null!;

    protected StandIn StandIn { get; private set; } = null!;

    protected string StateFile => _folder.File("discord/gateway.json");

    protected Human Olga => StandIn.Human(DefaultWorld.Owner);

    protected Channel GeneralRoom => StandIn.World.Channels[General.Value];

    /// <summary>Quick enough that a test need not wait long for a window to end.</summary>
    protected virtual StandInOptions Options => new()
    {
        Limits = new RateLimits { IdentifyAtOnce = new RateLimit(1_000, TimeSpan.FromSeconds(5)) },
    };

    [SetUp]
    public async Task StartStandIn()
    {
        _folder = new TestFolder();
        StandIn = await DiscordStandIn.StandIn.Start(Options);
    }

    [TearDown]
    public async Task StopStandIn()
    {
        foreach (var bot in _bots)
        {
            await bot.DisposeAsync();
        }

        _bots.Clear();
        await StandIn.DisposeAsync();
        _folder.Dispose();
    }

    protected Bot NewBot(TimeProvider? time = null, Func<DiscordOptions, DiscordOptions>? change = null, DiscordClock? clock = null)
    {
        var bot = new Bot(StandIn, StateFile, time, change, clock);
        _bots.Add(bot);
        return bot;
    }

    protected static async Task<T> Thrown<T>(Func<Task> act)
        where T : Exception
    {
        try
        {
            await act();
        }
        catch (T thrown)
        {
            return thrown;
        }

        throw new AssertionException($"No {typeof(T).Name} was thrown.");
    }

    protected long AtGateway(string happened) => StandIn.Counters.Of(happened, DefaultWorld.ServerBot);

    protected string[] Posted(Snowflake channel) => [.. StandIn.Ledger.In(channel.Value).Select(entry => entry.Content)];
}
