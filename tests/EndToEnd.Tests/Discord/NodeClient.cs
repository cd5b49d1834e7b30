using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>A Discord library from npm in a process of its own, as <c>clients/wire.js</c> lets it be spoken to.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _asked = new();
    private readonly ConcurrentQueue<(string Name, JsonNode? Data)> _events = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private int _last;

    private NodeClient(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => _complaints.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Logged in, with all its guilds.</summary>
    public static async Task<NodeClient> Start(string library, Uri discord, string token)
    {
        var folder = await NodePackages.Installed("Discord");
        var client = new NodeClient(Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, library + ".js"), discord.ToString(), token])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        await client.Hears("ready");
        return client;
    }

    /// <summary>Until an event of this name has come, whose data fits.</summary>
    public async Task<JsonNode?> Hears(string name, Func<JsonNode, bool>? fits = null)
    {
        (string Name, JsonNode? Data) found = default;
        try
        {
            await Eventually.Is(
                () => (found = _events.FirstOrDefault(one => one.Name == name && (fits is null || fits(one.Data!)))).Name is not null,
                within: Patience);
        }
        catch
        {
            TestContext.Out.WriteLine($"Heard: {string.Join(", ", _events)}. Complaints: {string.Join('\n', _complaints)}");
            throw;
        }

        return found.Data;
    }

    public int Count(string name, Func<JsonNode, bool> fits) => _events.Count(one => one.Name == name && fits(one.Data!));

    /// <returns>What the library returned.</returns>
    public async Task<JsonNode?> Ask(string verb, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _asked[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = System.Text.Json.JsonSerializer.SerializeToNode(parameters ?? new { })!.AsObject();
        call["id"] = id;
        call["do"] = verb;
        await _process.StandardInput.WriteLineAsync(call.ToJsonString());
        await _process.StandardInput.FlushAsync();
        return await answer.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null || JsonNode.Parse(line) is not JsonObject said)
            return;
        if ((string?)said["event"] is { } name)
            _events.Enqueue((name, said["data"]));
        else if (_asked.TryRemove((int)said["id"]!, out var asked) && (string?)said["error"] is { } error)
            asked.SetException(new InvalidOperationException(error));
        else
            asked?.SetResult(said["result"]);
    }
}
