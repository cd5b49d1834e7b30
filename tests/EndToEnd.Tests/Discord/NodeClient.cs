using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>A Discord library from npm in a process of its own.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(string Name, JsonNode? Data)> _events = new();
    private NodeScript _script = null!;

    private NodeClient()
    {
    }

    /// <summary>Logged in, with all its guilds.</summary>
    public static async Task<NodeClient> Start(string library, Uri discord, string token)
    {
        var client = new NodeClient();
        client._script = await NodeScript.Start(
            "Discord", library + ".js", [discord.ToString(), token], (name, data) => client._events.Enqueue((name, data)));
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
            TestContext.Out.WriteLine($"Heard: {string.Join(", ", _events)}. Complaints: {_script.Complaints}");
            throw;
        }

        return found.Data;
    }

    public int Count(string name, Func<JsonNode, bool> fits) => _events.Count(one => one.Name == name && fits(one.Data!));

    /// <returns>What the library returned.</returns>
    public Task<JsonNode?> Ask(string verb, object? parameters = null) => _script.Ask(verb, parameters, Patience);

    public ValueTask DisposeAsync() => _script.DisposeAsync();
}
