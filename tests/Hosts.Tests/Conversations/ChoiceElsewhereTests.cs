using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Conversations;

/// <summary>Defaults that only a provider has: one's own is asked there, somebody else's takes nothing from home while home can answer.</summary>
[TestFixture]
internal sealed class ChoiceElsewhereTests
{
    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task While_a_worker_can_answer_only_one_s_own_default_leaves_home()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        Assert.That((await owner.Patch("/api/v1/admin/settings", new { model = "small" })).Json.GetProperty("model_standing").GetString(), Is.EqualTo("provider_only"));
        var session = await owner.OpenSession();
        Assert.That(await Say(owner, session), Is.EqualTo(("worker", "echo")));
        var why = await Why(owner, session);
        var level = why.GetProperty("levels")[3];
        Assert.That((level.GetProperty("standing").GetString(), level.GetProperty("usable").GetBoolean()), Is.EqualTo(("provider_only", false)));
        Assert.That(_cloud.Asked, Is.Empty);

        Assert.That((await owner.Patch("/api/v1/me/settings", new { model = "small" })).Status, Is.EqualTo(200));
        Assert.That(await Say(owner, session), Is.EqualTo(("provider", "small")));
        why = await Why(owner, session);
        Assert.That(why.GetProperty("chosen_by").GetString(), Is.EqualTo("user"));
        Assert.That(
            why.GetProperty("last_answer").GetProperty("because").GetString(),
            Is.EqualTo("“small” was asked for, and it came from cloud, a provider outside this server."));
    }

    [Test]
    public async Task Without_a_worker_the_installation_s_default_is_asked_there()
    {
        await using var host = await Host(ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1");
        using var owner = await host.Owner();
        Assert.That((await owner.Patch("/api/v1/admin/settings", new { model = "small" })).Status, Is.EqualTo(200));
        Assert.That(await Say(owner, await owner.OpenSession()), Is.EqualTo(("provider", "small")));
    }

    [Test]
    public async Task Where_nothing_leaves_home_such_a_default_is_nobody_s()
    {
        await using var host = await Host("--Fallback:NeverLeaveHome=true");
        using var owner = await host.Owner();
        Assert.That((await owner.Patch("/api/v1/me/settings", new { model = "small" })).Json.GetProperty("model_standing").GetString(), Is.EqualTo("unknown"));
        Assert.That(await Say(owner, await owner.OpenSession()), Is.EqualTo(("worker", "echo")));
        Assert.That(_cloud.Asked, Is.Empty);
    }

    private static async Task<(string?, string?)> Say(ApiClient owner, string session)
    {
        var origin = (await owner.Say(session, "hello")).Json.GetProperty("reply").GetProperty("origin");
        return (origin.GetProperty("kind").GetString(), origin.GetProperty("model").GetString());
    }

    private static async Task<JsonElement> Why(ApiClient owner, string session) => (await owner.Get($"/api/v1/sessions/{session}/why")).Json;

    private Task<ApiHost> Host(params string[] also) => ApiHost.Start(
        [$"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", "--Providers:cloud:Key=sk-x", "--Providers:cloud:Models=large, small", .. also]);
}
