using System.Collections.Concurrent;
using System.Diagnostics;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>The client bot as its operator starts it: a process of its own on a folder of its own, which outlives the process.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly string Client = Path.Combine(AppContext.BaseDirectory, "MeatLizard.Presentation.DiscordClient.dll");

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly string _folder;

    private WorkerProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>What it has said on its output since it was started.</summary>
    public string Output => string.Join('\n', _output);

    public int ExitCode => _process.ExitCode;

    public static async Task Enrol(Uri server, string code, string folder, params string[] also)
    {
        var said = await Shell.Run(["dotnet", Client, "enrol", $"{server}#{code}", $"--DataFolder={folder}", .. also]);
        Assert.That(said, Does.StartWith("This machine is now worker"));
    }

    /// <summary>A command that ends by itself.</summary>
    public static Task<(int Code, string Output)> Say(params string[] arguments) => Shell.Try(["dotnet", Client, .. arguments]);

    /// <param name="models">The folder of models, which the stand-in answers with.</param>
    public static WorkerProcess Start(string folder, TestFolder models, params string[] also)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Client, "run", $"--DataFolder={folder}", "--model", models.File("models"), $"--Inference:LlamaServer={TestLlama.StandIn(models.Path)}", .. also])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var worker = new WorkerProcess(new Process { StartInfo = start }, folder);
        worker._process.OutputDataReceived += (_, line) => worker._output.Enqueue(line.Data ?? "");
        worker._process.ErrorDataReceived += (_, line) => worker._output.Enqueue(line.Data ?? "");
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>What <c>status</c> says.</summary>
    public async Task<string> Status() => (await Shell.Try("dotnet", Client, "status", $"--DataFolder={_folder}")).Output;

    public Task Terminate(string signal = "TERM") => Shell.Run("kill", $"-{signal}", $"{_process.Id}");

    public async Task Sigkill()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    public async Task Ended()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Sigkill();
        }

        TestContext.Out.WriteLine(Output);
        _process.Dispose();
    }
}
