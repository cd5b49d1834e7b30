using System.Diagnostics;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;

namespace MeatLizard.Bench;

/// <summary>
/// An order and its answer of one word through Discord, against two bots of the smallest kind that post the very messages of that round
/// trip, in their order, each when the one before is there. The stand-in's limits are so wide that nobody waits for them.
/// </summary>
internal sealed class DiscordRoundTrip(Stage stage) : IMeasure
{
    private const int Calls = 200;
    private const int WarmUp = 100;
    private const double Most = 2;

    private readonly List<double> _ours = [];
    private readonly List<double> _bare = [];
    private DiscordEnds _ends = null!;
    private StandIn _discord = null!;
    private MinimalBot _server = null!;
    private MinimalBot _worker = null!;
    private ulong _room;
    private int _read;

    public string Name => "discord-round-trip";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _discord = stage.Keep(await StandIn.Start(Wide(), cancellationToken));
        _ends = stage.Keep(await DiscordEnds.Start(_discord, stage.Folder, cancellationToken));

        // A Discord of their own: bots of the same name would hear each other's messages.
        var other = stage.Keep(await StandIn.Start(Wide(), cancellationToken));
        _room = other.Rooms.CreateChannel(other.World.Guilds[DefaultWorld.RelayGuild], "relay").Id;
        _server = stage.Keep(await MinimalBot.Login(other, DefaultWorld.ServerBotToken, DefaultWorld.ClientBot));
        _worker = stage.Keep(await MinimalBot.Login(other, DefaultWorld.ClientBotToken, DefaultWorld.ServerBot));
        for (var i = 0; i < WarmUp; i++)
        {
            _ = await Both(cancellationToken);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var (ours, bare) = (new double[Calls], new double[Calls]);
        for (var i = 0; i < Calls; i++)
        {
            (ours[i], bare[i]) = await Both(cancellationToken);
        }

        _ours.Add(ours.Median());
        _bare.Add(bare.Median());
    }

    public IEnumerable<Row> Rows()
    {
        var ratio = _ours.Zip(_bare, (ours, bare) => ours / bare).Median();
        yield return new(
            "relay round trip through Discord, order to end; bare: two minimal bots that post the same messages",
            _ours.Median().Milliseconds(),
            _bare.Median().Milliseconds(),
            ratio.Ratio(),
            $"\u2264 {Most:0}",
            ratio <= Most);
    }

    private static StandInOptions Wide()
    {
        var wide = new RateLimit(1_000_000, TimeSpan.FromSeconds(1));
        var limits = new RateLimits { Global = wide };
        limits.Set("POST /channels/{channel}/messages", wide.Requests, wide.Per);
        return new() { Limits = limits };
    }

    private async Task<(double Ours, double Bare)> Both(CancellationToken cancellationToken)
    {
        var ours = await _ends.RoundTrip(cancellationToken);
        var posted = _discord.Ledger.In(_ends.Relay.Id).Skip(_read).ToArray();
        _read += posted.Length;
        string[] order = [.. posted.TakeWhile(entry => entry.AuthorId == DefaultWorld.ServerBot).Select(entry => entry.Content)];
        string[] answer = [.. posted.Where(entry => entry.AuthorId == DefaultWorld.ClientBot).Select(entry => entry.Content)];
        return (ours.TotalMilliseconds, (await Replay(order, answer, cancellationToken)).TotalMilliseconds);
    }

    private async Task<TimeSpan> Replay(string[] order, string[] answer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var answering = Answer();
        foreach (var message in order)
        {
            await _server.Post(_room, message, DefaultWorld.ClientBot);
        }

        foreach (var _ in answer)
        {
            await _server.Heard.ReadAsync(cancellationToken);
        }

        var took = Stopwatch.GetElapsedTime(started);
        await answering;
        return took;

        async Task Answer()
        {
            foreach (var _ in order)
            {
                await _worker.Heard.ReadAsync(cancellationToken);
            }

            foreach (var message in answer)
            {
                await _worker.Post(_room, message, DefaultWorld.ServerBot);
            }
        }
    }
}
