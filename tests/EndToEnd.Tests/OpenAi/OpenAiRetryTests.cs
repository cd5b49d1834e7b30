using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>What the client tries again by itself, and what it does not.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class OpenAiRetryTests
{
    private static readonly object Hello = new { model = "tiny", max_tokens = 3, messages = new[] { new { role = "user", content = "hello" } } };

    [TestCase(CarriedServer.InProcess)]
    [TestCase(CarriedServer.Link)]
    public async Task A_503_is_tried_again_until_there_is_a_model(string carrier)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("models"));
        await using var server = await CarriedServer.Start(carrier, folder, "--Relay:WorkerGrace=00:00:00.1");
        await server.HasWorker();
        var client = new OpenAiClient(server.Address, server.Key);
        var now = await client.Call("chat.completions.create", [Hello]);
        Assert.That(((string?)now["error"]?["kind"], (int?)now["error"]?["status"], (string?)now["error"]?["code"]), Is.EqualTo(("InternalServerError", 503, "no_model")), now.ToJsonString());

        var patient = client.Chat(Hello, retries: 20);
        TestModel.Tiny(folder.File("models"));
        Assert.That((string?)(await patient)["object"], Is.EqualTo("chat.completion"));
    }

    [Test]
    public async Task A_429_says_how_long_to_wait()
    {
        using var folder = new TestFolder();
        await using var server = await ProductProcess.StartBuilt(folder.File("data"), "--Relay:LocalWorker=false", "--Limits:PerMinute=1", "--Relay:WorkerGrace=00:00:00.1");
        var client = new OpenAiClient(server.Address, await server.SignUp());
        await client.Call("chat.completions.create", [Hello]);
        var limited = await client.Call("chat.completions.create", [Hello]);
        Assert.That(((string?)limited["error"]?["kind"], (string?)limited["error"]?["code"]), Is.EqualTo(("RateLimitError", "rate_limit_exceeded")), limited.ToJsonString());
    }
}
