using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>The same three lines in the configuration of both sides make a worker: nobody calls the server's API for it.</summary>
[TestFixture]
internal sealed class ConfiguredWorkerTests
{
    private const string Section = "--Relay:Workers:anna-mac";

    private static readonly string Key = string.Concat(Enumerable.Repeat("5a", 32));

    private TestFolder _folder = null!;

    [SetUp]
    public void Make()
    {
        _folder = new();
        FakeModel.Write(_folder.File("models"), "tiny", new FakeRun { Tokens = ["Hello", " from", " afar"] });
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Over_the_link()
    {
        await using var server = await ProductProcess.StartBuilt(
            _folder.File("data"), "--Relay:LocalWorker=false", $"{Section}:Key={Key}", $"{Section}:Carrier=Link");
        await server.SignUp();
        string[] settings = [$"{Section}:Key={Key}", $"{Section}:Carrier=Link", $"--Server:Address={server.Address}"];
        await using (var worker = WorkerProcess.Start(_folder.File("worker"), _folder, settings))
        {
            Assert.That(await Answer(server), Is.EqualTo(("anna-mac", "Hello from afar")));
            Assert.That(await worker.Status(), Does.Contain("connected since"));
            await worker.Terminate();
            await worker.Ended();
        }

        await using var wrong = WorkerProcess.Start(_folder.File("worker"), _folder, [.. settings[..2]]);
        await wrong.Ended();
        Assert.That(wrong.ExitCode, Is.EqualTo(2));
        await Eventually.Is(() => wrong.Output.StartsWith("Server:Address is", StringComparison.Ordinal));
    }

    [Test]
    public async Task Through_Discord_without_any_way_to_the_server()
    {
        await using var discord = await StandIn.Start(new StandInOptions());
        await using var server = await ProductProcess.StartBuilt(_folder.File("data"), "--Relay:LocalWorker=false");
        await server.SignUp();
        string[] settings = [$"{Section}:Key={Key}", $"{Section}:Carrier=Discord"];
        await using var bot = BotProcess.Server(
            discord, [$"--DataFolder={_folder.File("data")}", .. settings, $"{Section}:BotId={DefaultWorld.ClientBot}"]);
        await using var worker = BotProcess.Worker(
            discord, _folder.File("worker"), ["--model", _folder.File("models"), $"--Inference:LlamaServer={TestLlama.StandIn(_folder.Path)}", .. settings]);
        Assert.That(await Answer(server), Is.EqualTo(("anna-mac", "Hello from afar")), bot.Output + worker.Output);
        Assert.That(bot.Output + worker.Output, Does.Not.Contain(Key));
    }

    private static async Task<(string?, string?)> Answer(ProductProcess server)
    {
        await Eventually.Is(
            async () => (await server.Http.GetFromJsonAsync<JsonElement>("api/v1/models")).GetProperty("items").GetArrayLength() > 0,
            within: TimeSpan.FromMinutes(1));
        using var opened = await server.Http.PostAsJsonAsync("api/v1/sessions", new { title = "Over there" });
        var session = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = "Hello!" }) };
        request.Headers.Add("Prefer", "wait=60");
        using var answer = await server.Http.SendAsync(request);
        var reply = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reply");
        return (reply.GetProperty("origin").GetProperty("name").GetString(), reply.GetProperty("text").GetString());
    }
}
