using System.Diagnostics;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>The stand-in as a process of its own, moved over HTTP alone.</summary>
[TestFixture]
internal sealed class StandInProcessTests
{
    private const string Seed = """
        {
          "humans": [{ "name": "zoe", "id": 11 }, { "name": "yuri" }],
          "bots": [{ "name": "newt", "token": "newt.token", "privileged": ["MessageContent"] }],
          "guilds": [{
            "name": "Pond", "owner": "zoe", "id": 12, "everyone": ["ViewChannel", "SendMessages"],
            "roles": [{ "name": "Frogs", "permissions": ["ManageMessages"] }],
            "members": [{ "user": "yuri", "roles": ["Frogs"] }, { "user": "newt", "permissions": ["ViewChannel", "SendMessages"] }],
            "channels": [{ "name": "water", "id": 13 }, { "name": "mud", "overwrites": [{ "role": "@everyone", "deny": ["ViewChannel"] }] }]
          }]
        }
        """;

    [Test]
    public async Task A_seeded_world_is_there_and_what_is_posted_is_written_down()
    {
        using var folder = new TestFolder();
        var seed = folder.File("seed.json");
        await File.WriteAllTextAsync(seed, Seed);
        using var process = Start("--port", "0", "--seed", seed, "--data", folder.File("data"));
        try
        {
            var address = new Uri((await process.StandardOutput.ReadLineAsync())!.Split(' ')[^1]);
            using var http = new HttpClient { BaseAddress = address };
            using var posted = await http.PostAsync("stand-in/messages", Json("""{ "user": "yuri", "channel": "13", "content": "croak" }"""));
            Assert.That((int)posted.StatusCode, Is.EqualTo(200), await posted.Content.ReadAsStringAsync());

            http.DefaultRequestHeaders.Add("Authorization", "Bot newt.token");
            http.DefaultRequestHeaders.UserAgent.ParseAdd("probe");
            var heard = JsonNode.Parse(await http.GetStringAsync("api/v10/guilds/12/channels"))!.AsArray();
            Assert.That(heard.Select(channel => (string?)channel!["name"]), Is.EqualTo(["water", "mud"]));
            var ledger = JsonNode.Parse(await http.GetStringAsync("stand-in/ledger?channel=13"))!.AsArray();
            Assert.That(ledger.Select(entry => (string?)entry!["content"]), Is.EqualTo(["croak"]));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(folder.File("data"), "ledger.jsonl")), Does.Contain("croak"));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [TestCase("--prot", "1", "--prot is not known.")]
    [TestCase("--port", "x", "--port: x is no port")]
    [TestCase("--seed", "/nowhere/seed.json", "Could not find")]
    public async Task A_wrong_argument_is_named(string argument, string value, string complaint)
    {
        using var process = Start(argument, value);
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(2));
        Assert.That(said, Does.StartWith(complaint));
    }

    [Test]
    public async Task A_form_that_another_page_could_send_changes_nothing()
    {
        await using var discord = await DiscordStandIn.StandIn.Start(new DiscordStandIn.StandInOptions());
        using var http = new HttpClient { BaseAddress = discord.BaseAddress };
        var body = $$"""{ "user": "anna", "channel": "{{discord.World.Channel("Lizard community", "general").Id}}", "content": "hello" }""";
        using var refused = await http.PostAsync("stand-in/messages", new StringContent(body, System.Text.Encoding.UTF8, "text/plain"));
        Assert.That((int)refused.StatusCode, Is.EqualTo(400));
        Assert.That(discord.Ledger.Entries, Is.Empty);
        Assert.That(discord.World.User(DefaultWorld.Anna).IsBot, Is.False);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MeatLizard.DiscordStandIn.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
