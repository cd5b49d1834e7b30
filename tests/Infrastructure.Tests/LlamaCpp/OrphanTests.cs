using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MeatLizard.Testing.Models;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>A host that is killed without a word takes its llama-server along.</summary>
internal sealed class OrphanTests
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private string _folder = "";

    [SetUp]
    public void NewFolder() => _folder = EngineUnderTest.NewFolder();

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Killed_while_it_answers()
    {
        TestModel.Write(
            Path.Combine(_folder, "slow.gguf"), new TestModelOptions { Embedding = 256, Layers = 4, ContextSize = 32768, EndRate = 1e-9 });
        _ = await DiesWithItsHostAsync(TestLlama.Binary, "answering", () => true);
    }

    [Test]
    public async Task Killed_while_it_loads()
    {
        FakeModel.Write(_folder, "fake", new FakeRun { Health = "loading", IgnoresTerm = true });
        var took = await DiesWithItsHostAsync(
            TestLlama.StandIn(_folder), "asking", () => FakeModel.Starts(Path.Combine(_folder, "fake.gguf")) == 1);
        Assert.That(took, Is.GreaterThan(TimeSpan.FromSeconds(1)), "the first SIGTERM was ignored");
    }

    [Test]
    public async Task Left_behind_without_a_guard_it_is_found_at_the_next_start()
    {
        TestModel.Tiny(_folder);
        using var stray = Process.Start(new ProcessStartInfo("/bin/sleep", ["600"]))!;
        try
        {
            var run = Directory.CreateDirectory(Path.Combine(_folder, "data", "run")).FullName;
            var started = stray.StartTime.ToUniversalTime().Ticks;
            var ours = Path.Combine(run, "llama-1-1.pid");
            // A process id of the host that is somebody else's by now: the times differ.
            await File.WriteAllTextAsync(
                ours, string.Create(CultureInfo.InvariantCulture, $"{stray.Id} {started} {Environment.ProcessId} 1\n"));
            await using (var engine = EngineUnderTest.Real(_folder))
            {
                _ = engine.Engine;
                await stray.WaitForExitAsync().WaitAsync(Allowed);
                Assert.That(File.Exists(ours), Is.False);
            }
        }
        finally
        {
            stray.Kill();
            NewFolder();
        }
    }

    [Test]
    public async Task A_process_id_that_is_somebody_elses_by_now_is_left_alone()
    {
        TestModel.Tiny(_folder);
        using var other = Process.Start(new ProcessStartInfo("/bin/sleep", ["600"]))!;
        try
        {
            var run = Directory.CreateDirectory(Path.Combine(_folder, "data", "run")).FullName;
            var before = other.StartTime.ToUniversalTime().AddMinutes(-1).Ticks;
            await File.WriteAllTextAsync(
                Path.Combine(run, "llama-1-1.pid"),
                string.Create(CultureInfo.InvariantCulture, $"{other.Id} {before} {Environment.ProcessId} 1\n"));
            await using (var engine = EngineUnderTest.Real(_folder))
            {
                _ = engine.Engine;
                Assert.That(other.HasExited, Is.False);
            }
        }
        finally
        {
            other.Kill();
            NewFolder();
        }
    }

    private async Task<TimeSpan> DiesWithItsHostAsync(string binary, string until, Func<bool> ripe)
    {
        var settings = Path.Combine(_folder, "host.settings");
        var data = Path.Combine(_folder, "data");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            DataFolder = data,
            Inference = new { LlamaServer = binary, Models = _folder, ContextSize = 32768, Slots = 1, Threads = 1 },
        }));
        var program = Path.Combine(AppContext.BaseDirectory, "MeatLizard.FakeLlama");
        var start = new ProcessStartInfo(program, ["host", settings]) { RedirectStandardOutput = true };
        using var host = Process.Start(start)!;
        try
        {
            while (await host.StandardOutput.ReadLineAsync().WaitAsync(Patience) != until)
                Assert.That(host.HasExited, Is.False);
            var child = 0;
            await Soon.TrueAsync(() => Child(data, out child), Patience, "the child is written down");
            await Soon.TrueAsync(ripe, Patience, "it is where it is to be killed");
            Assert.That(Processes.Exists(child), Is.True);
            host.Kill();
            var took = await Soon.TrueAsync(() => !Processes.Exists(child), Allowed, "no llama-server is left");
            TestContext.Out.WriteLine($"It was gone {took.TotalMilliseconds:0} ms after its host.");
            return took;
        }
        finally
        {
            host.Kill();
        }
    }

    private static bool Child(string data, out int child)
    {
        child = 0;
        var run = Path.Combine(data, "run");
        return Directory.Exists(run) && Directory.GetFiles(run) is [var path]
            && File.ReadAllText(path).Split(' ') is [var id, _, _, _] && int.TryParse(id, CultureInfo.InvariantCulture, out child);
    }
}
