using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>Keys that are for some models alone.</summary>
[TestFixture]
internal sealed class KeyModelTests : OwnersFixture
{
    [Test]
    public async Task It_lists_and_asks_those_models_and_no_others()
    {
        using var echo = await Program(["ECHO"]);
        using var other = await Program(["other"]);
        Assert.That(await Models(echo), Is.EqualTo(new[] { "echo" }));
        Assert.That(await Models(other), Is.Empty);
        Assert.That((await other.Get("/v1/models/echo")).Status, Is.EqualTo(404));
        var listed = await other.Get("/api/v1/models");
        Assert.That(listed.Json.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(listed.Json.GetProperty("problem").GetString(), Does.Contain("this key"));

        Assert.That((await Ask(echo)).Status, Is.EqualTo(200));
        var refused = await Ask(other);
        var error = refused.Json.GetProperty("error");
        Assert.That(
            (refused.Status, error.GetProperty("code").GetString(), error.GetProperty("param").GetString()),
            Is.EqualTo((404, "model_not_found", "model")));
        var vector = await other.Post("/v1/embeddings", new { model = "echo", input = "lizard" });
        Assert.That(vector.Status, Is.EqualTo(404), vector.Text);
    }

    [Test]
    public async Task Its_conversations_are_with_those_models()
    {
        using var echo = await Program(["gone", "echo"]);
        using var other = await Program(["other"]);
        Assert.That((await other.Post("/api/v1/sessions", new { model = "echo" })).Code, Is.EqualTo("model_not_allowed"));
        var session = await echo.OpenSession();
        Assert.That((await echo.Say(session, "hello")).Json.GetProperty("reply").GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("echo"));

        var named = await Owner.OpenSession(new { model = "echo" });
        var refused = await other.Post($"/api/v1/sessions/{named}/messages", new { content = "hello" });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((403, "model_not_allowed")), refused.Text);
        Assert.That((await other.Patch($"/api/v1/sessions/{session}", new { model = "echo" })).Code, Is.EqualTo("model_not_allowed"));
        Assert.That((await other.Patch($"/api/v1/sessions/{session}", new { title = "Lizards" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task It_makes_and_rotates_no_key_that_may_ask_others()
    {
        var wide = await Owner.Post("/api/v1/keys", new { name = "wide" });
        using var narrow = await Program(["echo"]);
        Assert.That((await narrow.Post("/api/v1/keys", new { name = "all" })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That((await narrow.Post("/api/v1/keys", new { name = "more", models = new[] { "echo", "other" } })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That((await narrow.Post($"/api/v1/keys/{wide.Id}/rotate", new { })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That((await narrow.Post("/api/v1/keys", new { name = "same", models = new[] { "echo" } })).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task What_is_wrong_is_named()
    {
        foreach (var models in new[] { new[] { " " }, [new string('m', 201)], [.. Enumerable.Range(0, 51).Select(i => $"m{i}")] })
        {
            Assert.That((await Owner.Post("/api/v1/keys", new { name = "x", models })).Fields, Is.EqualTo(new[] { "models" }));
        }
    }

    private async Task<ApiClient> Program(string[] models)
    {
        var made = await Owner.Post("/api/v1/keys", new { name = "program", models });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That(made.Json.GetProperty("models").EnumerateArray().Select(model => model.GetString()), Is.EqualTo(models));
        return new(Host.Address) { Key = made.Json.GetProperty("key").GetString() };
    }

    private static Task<Answer> Ask(ApiClient program) =>
        program.Post("/v1/chat/completions", new { model = "echo", messages = new[] { new { role = "user", content = "hello" } } });

    private static async Task<string?[]> Models(ApiClient program) =>
        [.. (await program.Get("/v1/models")).Json.GetProperty("data").EnumerateArray().Select((JsonElement model) => model.GetProperty("id").GetString())];
}
