using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>One of the two bots in a process of its own, logged in to the stand-in for Discord.</summary>
internal sealed class BotProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private BotProcess(Process process) => _process = process;

    /// <summary>All that it has written, errors too.</summary>
    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    /// <summary>The server bot over the same storage as an API host.</summary>
    public static BotProcess Server(StandIn discord, params string[] arguments) =>
        Start("MeatLizard.Presentation.DiscordServer.dll", DefaultWorld.ServerBotToken, discord, arguments);

    /// <summary>The client bot, which has been enrolled before.</summary>
    public static BotProcess Worker(StandIn discord, string folder, params string[] arguments) =>
        Start("MeatLizard.Presentation.DiscordClient.dll", DefaultWorld.ClientBotToken, discord, ["run", $"--DataFolder={folder}", .. arguments]);

    public async Task Sigkill()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Shell.Run("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
            await Eventually.Is(() => _process.HasExited, within: TimeSpan.FromSeconds(40));
        }

        TestContext.Out.WriteLine(Output);
        _process.Dispose();
    }

    private static BotProcess Start(string program, string token, StandIn discord, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Arguments show in the list of processes; a token does not belong there.
        start.Environment["Discord__Token"] = token;
        start.Environment["Discord__RelayGuildId"] = DefaultWorld.RelayGuild.ToString(CultureInfo.InvariantCulture);
        start.Environment["Discord__Api"] = discord.ApiAddress.ToString();
        var bot = new BotProcess(new Process { StartInfo = start });
        bot._process.OutputDataReceived += (_, line) => bot._output.Enqueue(line.Data ?? "");
        bot._process.ErrorDataReceived += (_, line) => bot._output.Enqueue(line.Data ?? "");
        bot._process.Start();
        bot._process.BeginOutputReadLine();
        bot._process.BeginErrorReadLine();
        return bot;
    }
}
