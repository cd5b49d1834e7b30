using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>Limits as admins set them and callers meet them.</summary>
[TestFixture]
internal sealed class QuotaTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Limits = "/api/v1/admin/limits";

    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start("--Limits:PerHour=100000");
        _owner = await _host.Owner();
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_limit_is_set_changed_listed_and_taken_away()
    {
        var set = await Set(new { scope = "user", scope_id = $"{_caller.UserId}", measure = "tokens", window = "month", amount = 500 });
        var changed = await Set(new { scope = "user", scope_id = $"{_caller.UserId}", measure = "tokens", window = "month", amount = 700 });
        Assert.That(changed.Id, Is.EqualTo(set.Id));
        var listed = (await _owner.Get(Limits)).Json.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").GetString() == set.Id);
        Assert.That(
            (listed.GetProperty("scope").GetString(), listed.GetProperty("scope_id").GetString(), listed.GetProperty("measure").GetString(),
                listed.GetProperty("window").GetString(), listed.GetProperty("amount").GetInt32()),
            Is.EqualTo(("user", $"{_caller.UserId}", "tokens", "month", 700)));
        Assert.That((await _owner.Delete($"{Limits}/{set.Id}")).Status, Is.EqualTo(204));
        Assert.That((await _owner.Delete($"{Limits}/{set.Id}")).Status, Is.EqualTo(404));
        Assert.That((await _owner.Delete($"{Limits}/nonsense")).Status, Is.EqualTo(404));
        var audit = (await _owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("action").GetString());
        Assert.That(audit, Is.SupersetOf(new[] { "set_limit", "remove_limit" }));
    }

    [TestCase("""{"scope":"planet","window":"day","amount":1}""", "scope")]
    [TestCase("""{"scope":"user","scope_id":"nobody","window":"day","amount":1}""", "scope_id")]
    [TestCase("""{"scope":"user","scope_id":"01900000-0000-7000-8000-0000000000aa","window":"day","amount":1}""", "scope_id")]
    [TestCase("""{"scope":"user","window":"fortnight","amount":1}""", "window")]
    [TestCase("""{"scope":"user","amount":1}""", "window")]
    [TestCase("""{"scope":"user","window":"month","amount":1}""", "window")]
    [TestCase("""{"scope":"user","measure":"concurrency","window":"day","amount":1}""", "window")]
    [TestCase("""{"scope":"address","measure":"tokens","window":"day","amount":1}""", "measure")]
    [TestCase("""{"scope":"user","window":"day","amount":0}""", "amount")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        Assert.That((await _owner.Send(HttpMethod.Put, Limits, content)).Fields, Is.EqualTo(new[] { field }));
    }

    [TestCase("user")]
    [TestCase("group")]
    [TestCase("key")]
    [TestCase("model")]
    public async Task Tokens_are_limited_by(string scope)
    {
        await Set(new { scope, scope_id = await IdOf(scope), measure = "tokens", window = "day", amount = 100 });
        var first = await Ask("one two three", 60);
        Assert.That(first.Status, Is.EqualTo(200), first.Text);
        Assert.That(
            (first.Header("x-ratelimit-limit-tokens"), first.Header("x-ratelimit-remaining-tokens")), Is.EqualTo(("100", "36")), "four for the prompt");
        Assert.That(first.Header("RateLimit-Policy"), Does.Contain($"\"{scope}-tokens-86400\";q=100;qu=\"tokens\";w=86400"));
        Assert.That(first.Header("RateLimit"), Does.Contain($"\"{scope}-tokens-86400\";r=36;t="));

        // What it has really cost: seven and three.
        Assert.That(await Used(scope, "tokens"), Is.EqualTo(10));
        var refused = await Ask("one two three", 87);
        var error = refused.Json.GetProperty("error");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, error.GetProperty("code").GetString()), Is.EqualTo((429, "insufficient_quota")), refused.Text);
            Assert.That(error.GetProperty("message").GetString(), Does.Contain("100 tokens a day").And.Contain("leaves 90"));
            Assert.That(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 86_400));
            Assert.That(refused.Header("x-should-retry"), Is.EqualTo("false"));
            Assert.That(refused.Header("RateLimit"), Does.StartWith($"\"{scope}-tokens-86400\";r=90;t="));
        }

        Assert.That((await Ask("one two three", 86)).Status, Is.EqualTo(200), "a shorter one still fits");
    }

    [TestCase("user")]
    [TestCase("group")]
    [TestCase("key")]
    [TestCase("place")]
    [TestCase("model")]
    public async Task Requests_are_limited_by(string scope)
    {
        await Set(new { scope, scope_id = await IdOf(scope), window = "hour", amount = 2 });
        var session = await _caller.OpenSession();
        await _caller.Say(session, "one");
        await _caller.Say(session, "two");
        var refused = await _caller.Post($"/api/v1/sessions/{session}/messages", new { content = "three" });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "rate_limited")));
        Assert.That(refused.Header("RateLimit"), Does.StartWith($"\"{scope}-3600\";r=0;t="));
        Assert.That(await Used(scope, "requests", "hour", 2), Is.EqualTo(2));
    }

    [TestCase("user")]
    [TestCase("group")]
    [TestCase("key")]
    [TestCase("place")]
    [TestCase("model")]
    public async Task A_place_among_the_open_answers_is_given_back_whatever_the_end(string scope)
    {
        await Set(new { scope, scope_id = await IdOf(scope), measure = "concurrency", amount = 1 });
        var session = await _caller.OpenSession(new { model = "echo" });
        var other = await _caller.OpenSession(new { model = "echo" });
        var third = await _caller.OpenSession(new { model = "echo" });
        for (var i = 0; i < 5; i++)
        {
            await _caller.Say(session, $"at once {i}");
            await Free("at once");
        }

        // Held open: nothing else is taken.
        var held = await Open(session);
        var refused = await _caller.Post($"/api/v1/sessions/{other}/messages", new { content = "too many" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Code, refused.Header("Retry-After")), Is.EqualTo((429, "too_many_open", "1")));
            Assert.That(refused.Header("RateLimit"), Is.EqualTo($"\"{scope}-open\";r=0"));
            Assert.That(await Used(scope, "concurrency"), Is.EqualTo(1));
        }

        Assert.That((await _caller.Post($"/api/v1/requests/{held}/cancel")).Status, Is.EqualTo(200));
        await Free("cancelled");
        await Open(session);
        Assert.That((await _caller.Post($"/api/v1/sessions/{session}/close")).Status, Is.EqualTo(200));
        await Free("closed");
        await Open(other);
        Assert.That((await _caller.Delete($"/api/v1/sessions/{other}")).Status, Is.EqualTo(204));
        await Free("deleted");

        // A call without a session has no place.
        if (scope == "place")
        {
            return;
        }

        // Somebody who leaves is noticed when their connection is.
        using (await _caller.Open(Chat, Body("hold this", null, stream: true)))
        {
            await Eventually.Is(async () => await Used(scope, "concurrency") == 1);
        }

        await Eventually.Is(async () => await Used(scope, "concurrency") == 0);
        await Free("left");

        async Task Free(string text)
        {
            await _caller.Say(third, text);
            Assert.That((await Ask(text)).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task What_is_cut_off_after_some_text_is_not_free()
    {
        await Set(new { scope = "user", measure = "tokens", window = "day", amount = 100_000 });
        var session = await _caller.OpenSession();
        var held = await Open(session);
        await _caller.Events($"/api/v1/requests/{held}/events", post: null, most: 3);
        await _caller.Post($"/api/v1/requests/{held}/cancel");
        Assert.That(await Used("user", "tokens"), Is.InRange(2, 20), "hold this, and the word that came");
    }

    [TestCase("user")]
    [TestCase("place")]
    public async Task A_refused_message_is_not_said(string scope)
    {
        await Set(new { scope, measure = "tokens", window = "day", amount = 1 });
        var session = await _caller.OpenSession();
        await _caller.Say(session, "one");
        var refused = await _caller.Post($"/api/v1/sessions/{session}/messages", new { content = "two" });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "quota_exceeded")), refused.Text);
        var messages = (await _caller.Get($"/api/v1/sessions/{session}/messages")).Json.GetProperty("items");
        Assert.That(messages.GetArrayLength(), Is.EqualTo(2), "the first, and its answer");
        Assert.That((await _caller.Get($"/api/v1/sessions/{session}")).Json.GetProperty("open_request_id").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task The_same_call_again_holds_nothing_again()
    {
        await Set(new { scope = "user", measure = "tokens", window = "day", amount = 100_000 });
        var session = await _caller.OpenSession();
        var path = $"/api/v1/sessions/{session}/messages";
        foreach (var _ in new[] { 1, 2, 3 })
        {
            Assert.That((await _caller.Post(path, new { content = "one two" }, ("Idempotency-Key", "k1"), ("Prefer", "wait=30"))).Status, Is.EqualTo(200));
        }

        Assert.That(await Used("user", "tokens"), Is.EqualTo(9));
    }

    [Test]
    public async Task Ones_own_limit_takes_the_place_of_everyones_and_a_group_shares_its()
    {
        using var other = await _host.Member("other");
        await Set(new { scope = "user", measure = "concurrency", amount = 1 });
        var own = await Set(new { scope = "user", scope_id = $"{_caller.UserId}", measure = "concurrency", amount = 3 });
        Assert.That(await Amount(_caller, "user", "concurrency"), Is.EqualTo(3));
        Assert.That(await Amount(other, "user", "concurrency"), Is.EqualTo(1));
        await _owner.Delete($"{Limits}/{own.Id}");
        Assert.That(await Amount(_caller, "user", "concurrency"), Is.EqualTo(1));

        var group = await IdOf("group");
        Assert.That((await _owner.Put($"/api/v1/admin/groups/{group}/members/{other.UserId}", new { })).Status, Is.EqualTo(204));
        await Set(new { scope = "group", scope_id = group, measure = "concurrency", amount = 1 });
        await Open(await _caller.OpenSession());
        var session = await other.OpenSession();
        Assert.That((await other.Post($"/api/v1/sessions/{session}/messages", new { content = "mine" })).Code, Is.EqualTo("too_many_open"));
        Assert.That((await _owner.Delete($"/api/v1/admin/groups/{group}")).Status, Is.EqualTo(204));
        Assert.That((await other.Post($"/api/v1/sessions/{session}/messages", new { content = "mine" })).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task Usage_shows_every_limit_that_holds_and_when_it_begins_anew()
    {
        await Set(new { scope = "user", measure = "tokens", window = "month", amount = 1000 });
        var items = (await _caller.Get("/api/v1/me/usage")).Json.GetProperty("items").EnumerateArray().ToArray();
        Assert.That(
            items.Select(item => $"{item.GetProperty("scope")} {item.GetProperty("measure")} {item.GetProperty("window")}"),
            Is.EquivalentTo(new[]
            {
                "user requests minute", "user requests hour", "user tokens month", "address requests minute", "address requests hour",
            }));
        var month = items.Single(item => item.GetProperty("measure").GetString() == "tokens");
        var now = DateTimeOffset.UtcNow;
        Assert.That((month.GetProperty("used").GetInt32(), month.GetProperty("remaining").GetInt32()), Is.EqualTo((0, 1000)));
        Assert.That(month.GetProperty("resets_at").GetDateTimeOffset(), Is.GreaterThan(now).And.LessThanOrEqualTo(now.AddDays(32)));
        Assert.That((await _caller.Get("/api/v1/me/usage", ("Authorization", "Bearer ml_wrong"))).Status, Is.EqualTo(401));
    }

    private async Task<Answer> Set(object limit)
    {
        var set = await _owner.Put(Limits, limit);
        Assert.That(set.Status, Is.EqualTo(200), set.Text);
        return set;
    }

    private async Task<string> IdOf(string scope)
    {
        switch (scope)
        {
            case "user":
                return $"{_caller.UserId}";
            case "key":
                return $"{_caller.KeyId}";
            case "model":
                return "ECHO";
            case "place":
                return "*";
            default:
                var group = (await _owner.Post("/api/v1/admin/groups", new { name = "testers" })).Id;
                Assert.That((await _owner.Put($"/api/v1/admin/groups/{group}/members/{_caller.UserId}", new { })).Status, Is.EqualTo(204));
                return group;
        }
    }

    /// <summary>A turn that stays open.</summary>
    private async Task<string> Open(string session)
    {
        _host.Engine.Hold();
        var running = _host.Engine.Running;
        var turn = await _caller.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this" });
        Assert.That(turn.Status, Is.EqualTo(202), turn.Text);
        await Eventually.Is(() => _host.Engine.Running > running);
        return turn.Json.GetProperty("request").GetProperty("id").GetString()!;
    }

    private Task<Answer> Ask(string text, int? most = null) => _caller.Post(Chat, Body(text, most));

    private static Dictionary<string, object?> Body(string text, int? most, bool stream = false)
    {
        var body = new Dictionary<string, object?>
        {
            ["model"] = "echo",
            ["messages"] = new[] { new { role = "user", content = text } },
            ["stream"] = stream,
        };
        if (most is not null)
        {
            body["max_tokens"] = most;
        }

        return body;
    }

    private async Task<int> Used(string scope, string measure, string? window = null, int? amount = null) =>
        (await Uses(_caller, scope, measure)).Single(item =>
            (window is null || item.GetProperty("window").GetString() == window)
            && (amount is null || item.GetProperty("amount").GetInt32() == amount)).GetProperty("used").GetInt32();

    private static async Task<int> Amount(ApiClient caller, string scope, string measure) =>
        (await Uses(caller, scope, measure)).Single().GetProperty("amount").GetInt32();

    private static async Task<JsonElement[]> Uses(ApiClient caller, string scope, string measure) =>
        [.. (await caller.Get("/api/v1/me/usage")).Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("scope").GetString() == scope && item.GetProperty("measure").GetString() == measure)];
}
