using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Conversations;

[TestFixture]
internal sealed class SessionTests
{
    private ApiHost _host = null!;
    private ApiClient _me = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await ApiHost.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task NewMember() => _me = await _host.Member("me");

    [TearDown]
    public void Leave() => _me.Dispose();

    [Test]
    public async Task A_deleted_sessions_answer_is_stopped_down_to_its_worker()
    {
        _host.Engine.Hold();
        var session = await _me.OpenSession();
        Assert.That((await _me.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this and that" })).Status, Is.EqualTo(202));
        await Eventually.Is(() => _host.Engine.Running == 1);
        Assert.That((await _me.Delete($"/api/v1/sessions/{session}")).Status, Is.EqualTo(204));
        await Eventually.Is(() => _host.Engine.Running == 0);
        _host.Engine.Release();
    }

    [Test]
    public async Task A_session_is_opened_read_changed_closed_reopened_and_deleted()
    {
        var opened = await _me.Post("/api/v1/sessions", new { title = "First", system_prompt = "Be brief.", temperature = 0.5 });
        Assert.That(opened.Status, Is.EqualTo(201));
        Assert.That(opened.Header("Location"), Is.EqualTo($"/api/v1/sessions/{opened.Id}"));
        Assert.That(opened.Json.GetProperty("status").GetString(), Is.EqualTo("active"));
        var path = $"/api/v1/sessions/{opened.Id}";
        Assert.That((await _me.Get(path)).Text, Is.EqualTo(opened.Text));

        var changed = (await _me.Patch(path, new { title = "Second", temperature = (double?)null })).Json;
        Assert.That(changed.GetProperty("title").GetString(), Is.EqualTo("Second"));
        Assert.That(changed.GetProperty("temperature").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(changed.GetProperty("system_prompt").GetString(), Is.EqualTo("Be brief."), "what is not named stays");

        Assert.That((await _me.Post(path + "/close")).Json.GetProperty("status").GetString(), Is.EqualTo("archived"));
        Assert.That((await _me.Post(path + "/messages", new { content = "hello" })).Code, Is.EqualTo("session_closed"));
        Assert.That((await _me.Patch(path, new { status = "active" })).Json.GetProperty("status").GetString(), Is.EqualTo("active"));
        Assert.That((await _me.Delete(path)).Status, Is.EqualTo(204));
        Assert.That((await _me.Get(path)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_same_call_again_opens_no_second_session()
    {
        var first = await _me.Post("/api/v1/sessions", new { title = "x" }, ("Idempotency-Key", "a"));
        var again = await _me.Post("/api/v1/sessions", new { title = "x" }, ("Idempotency-Key", "a"));
        var other = await _me.Post("/api/v1/sessions", new { title = "y" }, ("Idempotency-Key", "a"));
        using var somebody = await _host.Member("somebody");
        var theirs = await somebody.Post("/api/v1/sessions", new { title = "x" }, ("Idempotency-Key", "a"));
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(other.Code, Is.EqualTo("idempotency_mismatch"));
        Assert.That(theirs.Id, Is.Not.EqualTo(first.Id), "a key is its user's own");
    }

    [Test]
    public async Task A_key_means_the_same_however_the_JSON_is_written()
    {
        var first = await Open("""{"title":"x","model":null}""");
        var again = await Open("""{ "model" : null, "title" : "x" }""");
        Assert.That(again.Id, Is.EqualTo(first.Id), again.Text);

        Task<Answer> Open(string body) => _me.Send(
            HttpMethod.Post,
            "/api/v1/sessions",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            ("Idempotency-Key", "ws"));
    }

    [Test]
    public async Task Lists_are_walked_by_cursor_without_loss_or_repeat()
    {
        var opened = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            opened.Add(await _me.OpenSession());
        }

        var seen = new List<string>();
        var path = "/api/v1/sessions?limit=3";
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await _me.Get(path + (cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : ""))).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }

        opened.Reverse();
        Assert.That(seen, Is.EqualTo(opened));
    }

    [TestCase("""{"status":"deleted"}""", "status")]
    [TestCase("""{"status":null}""", "status")]
    [TestCase("""{"temperature":3}""", "temperature")]
    [TestCase("""{"temperature":"warm"}""", "temperature")]
    [TestCase("""{"leaf_id":null}""", "leaf_id")]
    [TestCase("""{"leaf_id":"x"}""", "leaf_id")]
    [TestCase("""{"leaf_id":"01900000-0000-7000-8000-000000000000"}""", "leaf_id")]
    [TestCase("""{"titel":"x"}""", "titel")]
    public async Task A_wrong_change_is_named(string body, string field)
    {
        var session = await _me.OpenSession();
        var answer = await _me.Send(
            HttpMethod.Patch, $"/api/v1/sessions/{session}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
    }
}
