using System.Globalization;
using System.Net.Http.Json;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>Resident memory of the bots, 60 s after their start, connected and at rest.</summary>
internal sealed class BotMemory(Stage stage) : IMeasure
{
    private const double Most = 80;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    private readonly List<double> _server = [];
    private readonly List<double> _discord = [];
    private readonly List<double> _link = [];
    private StandIn _standIn = null!;
    private ProductHost _host = null!;
    private string _inDiscord = "";
    private string _overTheLink = "";

    public string Name => "bot-memory";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _standIn = stage.Keep(await StandIn.Start(new StandInOptions(), cancellationToken));
        _host = stage.Keep(await ProductHost.Start(stage, Database.Sqlite, model: null, LinkedProduct.NoWorker));
        _inDiscord = await LinkedProduct.Enrol(stage, _host, "in-discord");
        _overTheLink = await LinkedProduct.Enrol(stage, _host, "over-the-link");
        using var set = await _host.Http.PutAsJsonAsync(
            "api/v1/admin/workers/in-discord/bot", new { bot_id = DefaultWorld.ClientBot.ToString(CultureInfo.InvariantCulture) }, cancellationToken);
        set.EnsureSuccessStatusCode();
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        await using var server = stage.Run(
            "server-bot",
            "dotnet",
            ["exec", Stage.ServerBot, $"--DataFolder={_host.Storage.DataFolder}", $"--Storage:Provider={_host.Storage.Provider}"],
            Discord(DefaultWorld.ServerBotToken));
        await using var discord = LinkedProduct.Launch(stage, _inDiscord, Stage.Tiny, [], Discord(DefaultWorld.ClientBotToken));
        await using var link = LinkedProduct.Launch(stage, _overTheLink, Stage.Tiny, [], []);
        await Task.Delay(Idle, cancellationToken);
        await LinkedProduct.Online(_host, workers: 2);
        server.MustRun();
        _server.Add(server.Megabytes);
        _discord.Add(discord.Megabytes);
        _link.Add(link.Megabytes);
    }

    public IEnumerable<Row> Rows() => [Of("server bot", _server), Of("client bot through Discord", _discord), Of("client bot over the link", _link)];

    private static Row Of(string bot, List<double> figures)
    {
        var median = figures.Median();
        return new($"idle memory (VmRSS) 60 s after start, {bot}", median.Text("0", "MB"), "", median.Text("0", "MB"), $"\u2264 {Most:0} MB", median <= Most);
    }

    private (string Name, string Value)[] Discord(string token) =>
    [
        ("Discord__Token", token),
        ("Discord__RelayGuildId", DefaultWorld.RelayGuild.ToString(CultureInfo.InvariantCulture)),
        ("Discord__Api", _standIn.ApiAddress.ToString()),
    ];
}
