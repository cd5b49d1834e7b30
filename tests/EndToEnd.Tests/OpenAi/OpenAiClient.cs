using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's own client from npm, a process for each call.</summary>
/// <param name="address">What stands before /v1.</param>
internal sealed class OpenAiClient(Uri address, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What came of it: result or events, with requestId, limit and cache; or error.</summary>
    /// <param name="call">As in the client's documentation, e.g. <c>chat.completions.create</c>.</param>
    /// <param name="leaveAfter">Of a stream: leave after so many events.</param>
    /// <param name="cache">What it says of kept answers. Off, unless a test is about them: else an answer would be compared to itself.</param>
    public async Task<JsonNode> Call(string call, object?[] parameters, int retries = 0, int? leaveAfter = null, string? cache = "off")
    {
        var script = Path.Combine(await NodePackages.Installed("OpenAi"), "openai.js");
        var asked = JsonSerializer.Serialize(new
        {
            @base = new Uri(address, "v1").ToString(),
            key,
            retries,
            timeout = Patience.TotalMilliseconds,
            call,
            parameters,
            leaveAfter,
            headers = cache is null ? null : new Dictionary<string, string> { ["X-MeatLizard-Cache"] = cache },
        });
        using var process = Process.Start(new ProcessStartInfo("node", [script, asked]) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return JsonNode.Parse(said)!;
    }

    public async Task<JsonNode> Chat(object body, int retries = 0)
    {
        var said = await Call("chat.completions.create", [body], retries);
        return said["result"] ?? throw new AssertionException(said.ToJsonString());
    }

    public async Task<JsonNode[]> Stream(object body)
    {
        var said = await Call("chat.completions.create", [body]);
        return [.. (said["events"] ?? throw new AssertionException(said.ToJsonString())).AsArray().Select(chunk => chunk!)];
    }
}
