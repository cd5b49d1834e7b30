using System.Diagnostics;
using System.Globalization;
using MeatLizard.KillHost;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>One of the three hosts as a process of its own, made to be killed.</summary>
internal sealed class KillHostProcess : IAsyncDisposable
{
    public const int Killed = 128 + 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _dataFolder;

    private KillHostProcess(Process process, Uri address, string dataFolder)
    {
        _process = process;
        _dataFolder = dataFolder;
        Address = address;
    }

    public Uri Address { get; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>An API host on whatever port is free.</summary>
    public static Task<KillHostProcess> Start(IReadOnlyDictionary<string, string?> settings) =>
        Start("api", new Dictionary<string, string?>(settings) { ["urls"] = "http://127.0.0.1:0" }, new Dictionary<string, string?>());

    /// <param name="host">api, server or worker.</param>
    /// <param name="environment">What must not show in the list of processes.</param>
    public static async Task<KillHostProcess> Start(
        string host, IReadOnlyDictionary<string, string?> settings, IReadOnlyDictionary<string, string?> environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "MeatLizard.KillHost");
        var start = new ProcessStartInfo(program, [host, .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var said = TestContext.Progress;
        process.ErrorDataReceived += (_, line) => said.WriteLine(line.Data);
        process.BeginErrorReadLine();
        var ready = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.That(ready, Does.StartWith("ready "), "the host has started");
        return new(process, new(ready!["ready ".Length..]), settings["DataFolder"]!);
    }

    public Task Arm(KillPoint point, int passes) => Command($"arm {point} {passes.ToString(CultureInfo.InvariantCulture)}");

    public Task PauseDispatch() => Command("pause");

    /// <summary>The host may die of it, so no answer is waited for.</summary>
    public Task ResumeDispatch() => _process.StandardInput.WriteLineAsync("resume");

    public async Task<int> Died()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    /// <summary>The llama-servers that this host, or one before it, wrote down as its own.</summary>
    public IReadOnlyList<int> Children()
    {
        var run = Path.Combine(_dataFolder, "run");
        return Directory.Exists(run)
            ? [.. Directory.GetFiles(run, "llama-*.pid").Select(path => int.Parse(File.ReadAllText(path).Split(' ')[0], CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>Nothing may be left of a host five seconds after it was killed.</summary>
    public async Task NoChildIsLeft()
    {
        var children = Children();
        await Eventually.Is(() => children.All(child => !Runs(child)), TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        if (IsAlive)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token);
        }

        _process.Dispose();
    }

    private async Task Command(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        Assert.That(await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience), Is.EqualTo("ok"));
    }

    private static bool Runs(int id)
    {
        try
        {
            // What has ended and was not yet fetched by its parent is no longer there for us.
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
