using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Conversations;

/// <summary>Session, user, place, installation: which model is asked, what really answers, and what is said of it.</summary>
[TestFixture]
internal sealed class ModelChoiceTests
{
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private string _web = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start([.. ApiHost.WithOwner], services => services.Replace(ServiceDescriptor.Singleton<IEngineCatalog>(
            new ScriptedEngine { Models = [Model("echo"), Model("alpha"), Model("beta"), Model("gamma"), Model("delta")] })));
        _owner = await _host.Owner();
        _web = (await _owner.Get("/api/v1/places")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Each_level_is_heard_where_those_before_it_say_nothing()
    {
        var session = await _owner.OpenSession();
        await Answers(session, "echo", asked: null, by: null);
        await Installation("delta");
        await Answers(session, "delta", "delta", "installation");
        await Place("GAMMA");
        await Answers(session, "gamma", "GAMMA", "place");
        await Own("beta");
        await Answers(session, "beta", "beta", "user");
        Assert.That((await _owner.Patch($"/api/v1/sessions/{session}", new { model = "alpha" })).Status, Is.EqualTo(200));
        await Answers(session, "alpha", "alpha", "session");

        var why = await Why(session);
        Assert.That(
            Levels(why),
            Is.EqualTo(new[] { ("session", "alpha", "ready", true), ("user", "beta", "ready", true), ("place", "GAMMA", "ready", true), ("installation", "delta", "ready", true) }));
        Assert.That(why.GetProperty("levels")[2].GetProperty("place").GetString(), Is.EqualTo("Web"));
        Assert.That(why.GetProperty("because").GetString(), Does.Contain("This conversation names"));

        Assert.That((await _owner.Patch($"/api/v1/sessions/{session}", new { model = (string?)null })).Status, Is.EqualTo(200));
        await Own(null);
        await Place(null);
        await Installation(null);
        await Answers(session, "echo", asked: null, by: null);
    }

    [Test]
    public async Task A_default_that_is_gone_is_passed_over_and_it_is_said()
    {
        await Own("gone");
        await Place("gone too");
        await Installation("delta");
        var session = await _owner.OpenSession();
        await Answers(session, "delta", "delta", "installation");
        Assert.That(
            Levels(await Why(session)),
            Is.EqualTo(new[] { ("session", null, "unset", false), ("user", "gone", "unknown", false), ("place", "gone too", "unknown", false), ("installation", "delta", "ready", true) }));
        Assert.That((await _owner.Get("/api/v1/me/settings")).Json.GetProperty("model_standing").GetString(), Is.EqualTo("unknown"));

        await Installation("gone as well");
        await Answers(session, "echo", asked: null, by: null);
        var why = await Why(session);
        Assert.That(why.GetProperty("because").GetString(), Is.EqualTo("None of the models that are named can be asked now, so whichever is ready answers."));
    }

    [Test]
    public async Task What_a_session_names_is_not_replaced_when_it_is_gone()
    {
        await Installation("delta");
        var session = await _owner.OpenSession(new { model = "gone" });
        var reply = (await _owner.Say(session, "hello")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("model_unavailable"));
        var why = await Why(session);
        Assert.That((Text(why, "model"), Text(why, "chosen_by"), Text(why, "refused")), Is.EqualTo(("gone", "session", (string?)null)));
        Assert.That(why.GetProperty("levels")[0].GetProperty("standing").GetString(), Is.EqualTo("unknown"));
        Assert.That(why.GetProperty("because").GetString(), Does.Contain("no default takes its place"));
        var last = why.GetProperty("last_answer");
        Assert.That((Text(last, "asked"), Text(last, "because")), Is.EqualTo(("gone", "“gone” was asked for, and nobody has answered.")));
    }

    [Test]
    public async Task A_key_for_some_models_passes_over_others_defaults_and_is_refused_what_a_session_names()
    {
        await Own("beta");
        await Installation("delta");
        var made = await _owner.Post("/api/v1/keys", new { name = "program", models = new[] { "gamma", "delta" } });
        using var program = new ApiClient(_host.Address) { Key = made.Json.GetProperty("key").GetString() };
        var session = await program.OpenSession();
        var why = (await program.Get($"/api/v1/sessions/{session}/why")).Json;
        Assert.That(Levels(why)[1], Is.EqualTo(("user", "beta", "not_allowed", false)));
        Assert.That((Text(why, "model"), Text(why, "chosen_by")), Is.EqualTo(("delta", "installation")));

        await Installation(null);
        why = (await program.Get($"/api/v1/sessions/{session}/why")).Json;
        Assert.That((Text(why, "model"), Text(why, "chosen_by")), Is.EqualTo(("gamma", (string?)null)), "The first that the key may ask.");
        Assert.That((await program.Say(session, "hello")).Json.GetProperty("reply").GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("gamma"));

        var named = await _owner.OpenSession(new { model = "alpha" });
        why = (await program.Get($"/api/v1/sessions/{named}/why")).Json;
        Assert.That((Text(why, "refused"), Text(why, "model")), Is.EqualTo(("model_not_allowed", "alpha")));
        Assert.That((await program.Patch("/api/v1/me/settings", new { model = "alpha" })).Code, Is.EqualTo("model_not_allowed"));
    }

    [Test]
    public async Task A_turn_that_is_open_keeps_what_it_was_opened_with()
    {
        await Installation("delta");
        var session = await _owner.OpenSession();
        _host.Engine.Hold();
        var opened = await _owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this" });
        Assert.That(opened.Status, Is.EqualTo(202), opened.Text);
        await Installation("gamma");
        Assert.That(Text(await Why(session), "model"), Is.EqualTo("gamma"), "So it would be now.");
        _host.Engine.Release();
        var ends = await _owner.Events(opened.Json.GetProperty("request").GetProperty("events_url").GetString()!);
        Assert.That(ends[^1].Event, Is.EqualTo("completed"));
        var last = (await Why(session)).GetProperty("last_answer");
        Assert.That((Text(last, "asked"), Text(last, "chosen_by")), Is.EqualTo(("delta", "installation")));
        Assert.That(last.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("delta"));
    }

    [Test]
    public async Task What_is_wrong_is_named_and_changes_nothing()
    {
        foreach (var path in new[] { "/api/v1/me/settings", $"/api/v1/places/{_web}", "/api/v1/admin/settings" })
        {
            foreach (var model in new[] { "", "  ", new string('m', 201), "a\0b" })
            {
                var refused = await _owner.Patch(path, new { model });
                Assert.That(refused.Status, Is.EqualTo(400), path);
                Assert.That(refused.Fields, Is.EqualTo(new[] { "model" }), path);
            }

            Assert.That((await _owner.Patch(path, new { models = "x" })).Code, Is.EqualTo("unknown_field"));
            Assert.That((await _owner.Patch(path, new { })).Status, Is.EqualTo(200));
        }

        Assert.That((await _owner.Patch("/api/v1/me/settings", new { system_prompt = new string('p', 65_537) })).Fields, Is.EqualTo(new[] { "system_prompt" }));
        Assert.That((await _owner.Patch($"/api/v1/places/{Guid.CreateVersion7()}", new { model = "echo" })).Status, Is.EqualTo(404));
        Assert.That(Text((await _owner.Get("/api/v1/me/settings")).Json, "model"), Is.Null);
        Assert.That(Text((await _owner.Get("/api/v1/admin/settings")).Json, "model"), Is.Null);
    }

    [Test]
    public async Task Everybody_has_their_own_and_each_field_stays_by_itself()
    {
        using var guest = await _host.Member("guest", Role.Guest);
        await Own("beta");
        Assert.That((await guest.Patch("/api/v1/me/settings", new { model = " gamma ", system_prompt = "Be brief." })).Status, Is.EqualTo(200));
        var changed = (await guest.Patch("/api/v1/me/settings", new { system_prompt = "Be kind." })).Json;
        Assert.That((Text(changed, "model"), Text(changed, "system_prompt")), Is.EqualTo(("gamma", "Be kind.")));
        Assert.That(Text((await _owner.Get("/api/v1/me/settings")).Json, "system_prompt"), Is.Null);
        var session = await guest.OpenSession();
        Assert.That((await guest.Say(session, "hello")).Json.GetProperty("reply").GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("gamma"));
        var line = (await guest.Get("/api/v1/me/export")).Text.Split('\n').Single(line => line.StartsWith("""{"type":"settings",""", StringComparison.Ordinal));
        Assert.That(line, Is.EqualTo("""{"type":"settings","data":{"model":"gamma","system_prompt":"Be kind."}}"""));
    }

    [Test]
    public async Task Changes_stand_in_the_audit_log()
    {
        await Own("beta");
        await Place("gamma");
        await Installation("delta");
        await Installation(null);
        var rows = (await _owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray()
            .Select(row => (Text(row, "action"), Text(row, "target"), Text(row, "outcome")))
            .Where(row => row.Item1 != "sign_in").Reverse();
        Assert.That(rows, Is.EqualTo(new[]
        {
            ("change_own_defaults", null, "done"), ("change_place", $"{_web} model gamma", "done"),
            ("change_installation", "model delta", "done"), ("change_installation", "model none", "done"),
        }));
    }

    [Test]
    public async Task The_installation_says_what_it_is_configured_to_and_no_secret()
    {
        var settings = await _owner.Get("/api/v1/admin/settings");
        var configured = settings.Json.GetProperty("configuration").EnumerateArray()
            .ToDictionary(line => Text(line, "key")!, line => (Text(line, "value"), Text(line, "source")));
        Assert.That(configured["Identity:SignUp"], Is.EqualTo(("Closed", "default")));
        Assert.That(configured["Storage:Provider"], Is.EqualTo(("Sqlite", "default")));
        Assert.That(configured["Identity:Owner:Email"], Is.EqualTo((ApiHost.OwnerEmail, "command line")));
        Assert.That(configured["Identity:Owner:Password"], Is.EqualTo(("********", "command line")));
        Assert.That(settings.Text, Does.Not.Contain(ApiHost.Password));
        Assert.That(settings.Json.GetProperty("carriers").EnumerateArray().Select(way => way.GetString()), Is.SupersetOf(new[] { "in_process", "link" }));
    }

    [TestCase("default")]
    [TestCase("DEFAULT")]
    public async Task A_call_without_a_session_may_ask_for_the_default(string name)
    {
        await Place("gamma");
        Assert.That(await Ask(_owner, name), Is.EqualTo("echo"), "Such a call has no place.");
        await Installation("delta");
        Assert.That(await Ask(_owner, name), Is.EqualTo("delta"));
        await Own("beta");
        Assert.That(await Ask(_owner, name), Is.EqualTo("beta"));
        await Own("gone");
        Assert.That(await Ask(_owner, name), Is.EqualTo("delta"));
        var made = await _owner.Post("/api/v1/keys", new { name = "program", models = new[] { "alpha" } });
        using var program = new ApiClient(_host.Address) { Key = made.Json.GetProperty("key").GetString() };
        Assert.That(await Ask(program, name), Is.EqualTo("alpha"));
        var response = await _owner.Post("/v1/responses", new { model = name, input = "hello" });
        Assert.That(response.Json.GetProperty("model").GetString(), Is.EqualTo("delta"), response.Text);
        Assert.That((await _owner.Post("/v1/embeddings", new { model = name, input = "hello" })).Code, Is.EqualTo("model_not_found"));
    }

    private static ModelDescriptor Model(string name) => new() { Name = name, ContextSize = 100_000, Slots = 8, SizeBytes = 1 };

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static (string?, string?, string?, bool)[] Levels(JsonElement why) =>
    [
        .. why.GetProperty("levels").EnumerateArray()
            .Select(level => (Text(level, "level"), Text(level, "model"), Text(level, "standing"), level.GetProperty("usable").GetBoolean())),
    ];

    private static async Task<string?> Ask(ApiClient caller, string model)
    {
        var answer = await caller.Post("/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = "hello" } } });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return Text(answer.Json, "model");
    }

    private async Task<JsonElement> Why(string session)
    {
        var why = await _owner.Get($"/api/v1/sessions/{session}/why");
        Assert.That(why.Status, Is.EqualTo(200), why.Text);
        return why.Json;
    }

    /// <summary>Why says it before; the answer really comes from it; why says afterwards that it did.</summary>
    private async Task Answers(string session, string from, string? asked, string? by)
    {
        var before = await Why(session);
        Assert.That((Text(before, "model"), Text(before, "chosen_by")), Is.EqualTo((asked, by)));
        var reply = (await _owner.Say(session, "hello")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo(from));
        var last = (await Why(session)).GetProperty("last_answer");
        Assert.That((Text(last, "asked"), Text(last, "chosen_by"), Text(last, "message_id")), Is.EqualTo((asked, by, reply.GetProperty("id").GetString())));
        Assert.That(last.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo(from));
    }

    private Task Own(string? model) => Change("/api/v1/me/settings", model);

    private Task Place(string? model) => Change($"/api/v1/places/{_web}", model);

    private Task Installation(string? model) => Change("/api/v1/admin/settings", model);

    private async Task Change(string path, string? model)
    {
        var changed = await _owner.Patch(path, new { model });
        Assert.That(changed.Status, Is.EqualTo(200), changed.Text);
        Assert.That(Text(changed.Json, "model"), Is.EqualTo(model));
    }
}
