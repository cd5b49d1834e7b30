using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's own client from npm, a new one for each call; all in one process, which takes longer to start than most calls do.</summary>
/// <param name="address">What stands before /v1.</param>
internal sealed class OpenAiClient(Uri address, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>With all that it tries again by itself.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(4);

    private static readonly Lazy<Task<NodeScript>> Script = new(() => NodeScript.Start("OpenAi", "openai.js", []));

    /// <summary>What came of it: result or events, with requestId, limit and cache; or error.</summary>
    /// <param name="call">As in the client's documentation, e.g. <c>chat.completions.create</c>.</param>
    /// <param name="leaveAfter">Of a stream: leave after so many events.</param>
    /// <param name="cache">What it says of kept answers. Off, unless a test is about them: else an answer would be compared to itself.</param>
    public async Task<JsonNode> Call(string call, object?[] parameters, int retries = 0, int? leaveAfter = null, string? cache = "off")
    {
        var asked = new
        {
            @base = new Uri(address, "v1").ToString(),
            key,
            retries,
            timeout = Patience.TotalMilliseconds,
            call,
            parameters,
            leaveAfter,
            headers = cache is null ? null : new Dictionary<string, string> { ["X-MeatLizard-Cache"] = cache },
        };
        return (await (await Script.Value).Ask("call", asked, LongPatience))!;
    }

    public async Task<JsonNode> Chat(object body, int retries = 0)
    {
        var said = await Call("chat.completions.create", [body], retries);
        return said["result"] ?? throw new AssertionException(said.ToJsonString());
    }

    /// <summary>The client's loop of calls and tools, through so many answers.</summary>
    /// <returns>The conversation as the client keeps it.</returns>
    public async Task<JsonArray> RunTools(object parameters, int rounds)
    {
        var asked = new { @base = new Uri(address, "v1").ToString(), key, timeout = Patience.TotalMilliseconds, parameters, rounds };
        return (await (await Script.Value).Ask("runTools", asked, LongPatience))!["messages"]!.AsArray();
    }

    public async Task<JsonNode[]> Stream(object body)
    {
        var said = await Call("chat.completions.create", [body]);
        return [.. (said["events"] ?? throw new AssertionException(said.ToJsonString())).AsArray().Select(chunk => chunk!)];
    }
}
