using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>A script of ours in a process of node's, as <c>clients/wire.js</c> lets it be spoken to. It ends when its input does.</summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Action<string, JsonNode?>? _heard;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _asked = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly SemaphoreSlim _writing = new(1);
    private int _last;

    private NodeScript(Process process, Action<string, JsonNode?>? heard)
    {
        (_process, _heard) = (process, heard);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => _complaints.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to its standard error.</summary>
    public string Complaints => string.Join('\n', _complaints);

    /// <param name="folder">Of these tests, with the script and its packages in <c>clients</c>.</param>
    /// <param name="heard">Is told of what comes by itself, by name.</param>
    public static async Task<NodeScript> Start(string folder, string script, string[] arguments, Action<string, JsonNode?>? heard = null)
    {
        var path = Path.Combine(await NodePackages.Installed(folder), script);
        return new(
            Process.Start(new ProcessStartInfo("node", [path, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!,
            heard);
    }

    /// <returns>What the script returned.</returns>
    public async Task<JsonNode?> Ask(string verb, object? parameters, TimeSpan patience)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _asked[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = JsonSerializer.SerializeToNode(parameters ?? new { })!.AsObject();
        call["id"] = id;
        call["do"] = verb;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(call.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task.WaitAsync(patience);
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
        _writing.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            foreach (var left in _asked.Values)
                left.TrySetException(new InvalidOperationException($"The script has ended. {Complaints}"));
            return;
        }

        if (JsonNode.Parse(line) is not JsonObject said)
            return;
        if ((string?)said["event"] is { } name)
            _heard?.Invoke(name, said["data"]);
        else if (_asked.TryRemove((int)said["id"]!, out var asked) && (string?)said["error"] is { } error)
            asked.SetException(new InvalidOperationException(error));
        else
            asked?.SetResult(said["result"]);
    }
}
