using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>
/// With Fallback:NeverLeaveHome not even a connection is opened to a provider. Each test runs twice: where it is not set, the same calls go to both
/// providers, or else it would prove nothing.
/// </summary>
[TestFixture]
internal sealed class LeavingHomeTests
{
    private ScriptedProvider _configured = null!;
    private ScriptedProvider _added = null!;

    [SetUp]
    public async Task Start()
    {
        (_configured, _added) = (await ScriptedProvider.Start(), await ScriptedProvider.Start());

        // So that the next one is asked as well.
        _configured.Answer = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
    }

    [TearDown]
    public async Task Stop()
    {
        await _configured.DisposeAsync();
        await _added.DisposeAsync();
    }

    [Test]
    public async Task No_connection_is_opened_to_a_provider(
        [Values("session", "regenerated", "socket", "chat", "streamed chat", "response", "response in the background")] string entrance,
        [Values] bool workerBreaks)
    {
        Assert.That(await Ask(neverLeaveHome: true, workerBreaks, entrance), Does.Not.Contain("Hello from the cloud."));
        Assert.That((_configured.Connections, _added.Connections), Is.EqualTo((0, 0)));

        Assert.That(await Ask(neverLeaveHome: false, workerBreaks, entrance), Does.Contain("Hello from the cloud."));
        Assert.That(new[] { _configured.Connections, _added.Connections }, Has.All.GreaterThan(0));
    }

    [Test]
    public async Task Embeddings_open_none_whatever_is_set([Values] bool neverLeaveHome, [Values] bool workerBreaks)
    {
        await Ask(neverLeaveHome, workerBreaks, "embeddings");
        Assert.That((_configured.Connections, _added.Connections), Is.EqualTo((0, 0)));
    }

    /// <returns>What came of it; the host has ended by then, so nothing is under way any more.</returns>
    private async Task<string> Ask(bool neverLeaveHome, bool workerBreaks, string entrance)
    {
        await using var host = await ApiHost.Start(
        [
            .. workerBreaks ? [] : new[] { ApiHost.NoWorker }, "--Relay:Attempts=1", "--Relay:WorkerGrace=00:00:00.1",
            $"--Fallback:NeverLeaveHome={neverLeaveHome}",
            $"--Providers:configured:BaseUrl={_configured.BaseUrl}", "--Providers:configured:Models=echo", "--Providers:configured:Order=1",
        ]);
        host.Engine.IsBroken = workerBreaks;
        using var owner = await host.Owner();
        using var caller = await host.Member("caller");
        var added = await owner.Put("/api/v1/admin/providers/added", new { base_url = _added.BaseUrl, models = new[] { "echo" }, key = "sk-secret", order = 2 });
        Assert.That(added.Status, Is.EqualTo(neverLeaveHome ? 409 : 200), added.Text);
        foreach (var page in new[] { "/api/v1/admin/providers", "/health/deep", "/api/v1/models", "/v1/models", "/v1/models/echo" })
        {
            _ = await owner.Get(page);
        }

        return await Said(host, caller, entrance);
    }

    private static async Task<string> Said(ApiHost host, ApiClient caller, string entrance)
    {
        object[] messages = [new { role = "user", content = "Who is there?" }];
        switch (entrance)
        {
            case "session":
                return (await caller.Say(await caller.OpenSession(new { model = "echo" }), "Who is there?")).Text;
            case "regenerated":
                var first = (await caller.Say(await caller.OpenSession(), "Who is there?")).Json.GetProperty("reply").GetProperty("id").GetString();
                return (await caller.Post($"/api/v1/messages/{first}/regenerate", new { }, ("Prefer", "wait=30"))).Text;
            case "socket":
                using (var socket = await Socket.Open(host, caller))
                {
                    await socket.Send(new { type = "send", id = "1", session_id = await caller.OpenSession(), content = "Who is there?" });
                    return (await socket.ToEnd())[^1].GetRawText();
                }

            case "chat":
                return (await caller.Post("/v1/chat/completions", new { model = "echo", messages })).Text;
            case "streamed chat":
                return string.Concat((await caller.Post("/v1/chat/completions", new { model = "echo", messages, stream = true })).Text
                    .Split("\"content\":\"").Skip(1).Select(piece => piece.Split('"')[0]));
            case "response":
                return (await caller.Post("/v1/responses", new { model = "echo", input = "Who is there?" })).Text;
            case "response in the background":
                var events = await caller.Events("/v1/responses", new { model = "echo", input = "Who is there?", background = true, stream = true });
                return events[^1].Data.GetRawText();
            default:
                var refused = await caller.Post("/v1/embeddings", new { model = "echo", input = "Who is there?" });
                Assert.That(refused.Status, Is.GreaterThanOrEqualTo(400), refused.Text);
                return refused.Text;
        }
    }
}
