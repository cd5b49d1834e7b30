using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>What a 429 says of the limit that was met and of the time to wait, by a clock that stands still; and that it is true.</summary>
[TestFixture]
internal sealed class LimitHeaderTests
{
    private const string Session = "session";
    private const string Chat = "chat";

    private static readonly string[] Entrances = [Session, Chat];
    private static readonly string[] Answered = ["user", "group", "key", "model", "place"];

    private StoppedClock _clock = null!;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private ApiClient _caller = null!;

    /// <summary>A call under /v1 has no place, and an address has no answers.</summary>
    private static IEnumerable<object[]> Requests => Cases([.. Answered, "address"]);

    private static IEnumerable<object[]> Answers => Cases(Answered);

    [SetUp]
    public async Task Start()
    {
        _clock = new();
        _host = await ApiHost.Start(
            [.. ApiHost.WithOwner],
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock)));
        _owner = await _host.Owner();
        _caller = await _host.Member("caller");
        _clock.Advance(TimeSpan.FromHours(10));
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [TestCaseSource(nameof(Requests))]
    public async Task Of_requests(string scope, string entrance)
    {
        await Set(scope, "requests", "hour", 2);
        var first = await Ask(entrance);
        Assert.That(first.Header("RateLimit-Policy"), Does.Contain($"\"{scope}-3600\";q=2;w=3600"));
        Assert.That(first.Header("RateLimit"), Does.Contain($"\"{scope}-3600\";r=1;t=3600"));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await Ask(entrance)).Status, Is.EqualTo(200));
        _clock.Advance(TimeSpan.FromSeconds(299.5));
        var refused = await Ask(entrance);
        using (Assert.EnterMultipleScope())
        {
            // An hour from the first one on; what is left of it is rounded up.
            Expect(refused, entrance == Chat ? "rate_limit_exceeded" : "rate_limited", "2701", $"\"{scope}-3600\";r=0;t=2701");
            Assert.That(refused.Header("RateLimit-Policy"), Does.Contain($"\"{scope}-3600\";q=2;w=3600"));
            Assert.That(refused.Text, Does.Contain("the limit of 2 an hour"));
            Assert.That(Theirs(refused, "requests"), Is.EqualTo(entrance == Chat ? ("2", "0", "2701s") : default((string?, string?, string?))));
            Assert.That(refused.Header("x-should-retry"), Is.Null);
        }

        await Waits(entrance, refused);
    }

    [TestCaseSource(nameof(Answers))]
    public async Task Of_tokens(string scope, string entrance)
    {
        await Set(scope, "tokens", "day", 100);
        Assert.That((await Ask(entrance)).Status, Is.EqualTo(200));
        var refused = await Ask(entrance);
        using (Assert.EnterMultipleScope())
        {
            // Until midnight, UTC.
            Expect(refused, entrance == Chat ? "insufficient_quota" : "quota_exceeded", "50400", $"\"{scope}-tokens-86400\";r=90;t=50400");
            Assert.That(refused.Header("RateLimit-Policy"), Does.Contain($"\"{scope}-tokens-86400\";q=100;qu=\"tokens\";w=86400"));
            Assert.That(refused.Text, Does.Contain("100 tokens a day").And.Contain("leaves 90"));
            Assert.That(Theirs(refused, "tokens"), Is.EqualTo(entrance == Chat ? ("100", "90", "50400s") : default((string?, string?, string?))));
            Assert.That(refused.Header("x-should-retry"), Is.EqualTo(entrance == Chat ? "false" : null));
        }

        await Waits(entrance, refused);
    }

    [TestCaseSource(nameof(Entrances))]
    public async Task Of_tokens_by_the_month_of_the_calendar(string entrance)
    {
        await Set("user", "tokens", "month", 100);
        Assert.That((await Ask(entrance)).Status, Is.EqualTo(200));
        var refused = await Ask(entrance);

        // The rest of January's 31 days.
        var left = $"{(31 * 86_400) - 36_000}";
        Expect(refused, entrance == Chat ? "insufficient_quota" : "quota_exceeded", left, $"\"user-tokens-2592000\";r=90;t={left}");
        await Waits(entrance, refused);
    }

    [TestCaseSource(nameof(Answers))]
    public async Task Of_answers_that_are_open(string scope, string entrance)
    {
        await Set(scope, "concurrency", null, 1);
        _host.Engine.Hold();
        var turn = await _caller.Post($"/api/v1/sessions/{await _caller.OpenSession(new { model = "echo" })}/messages", new { content = "hold this" });
        Assert.That(turn.Status, Is.EqualTo(202), turn.Text);
        var refused = await Ask(entrance);
        using (Assert.EnterMultipleScope())
        {
            Expect(refused, entrance == Chat ? "rate_limit_exceeded" : "too_many_open", "1", $"\"{scope}-open\";r=0");
            Assert.That(refused.Header("RateLimit-Policy"), Does.Contain($"\"{scope}-open\";q=1;qu=\"concurrent-requests\""));
            Assert.That(refused.Text, Does.Contain("1 open answers at a time"));
            Assert.That(refused.Header("x-should-retry"), Is.Null, "It is over in a moment.");
        }

        var request = turn.Json.GetProperty("request").GetProperty("id").GetString();
        Assert.That((await _caller.Post($"/api/v1/requests/{request}/cancel")).Status, Is.EqualTo(200));
        Assert.That((await Ask(entrance)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Of_two_that_are_used_up_the_one_that_lasts_longer_is_told()
    {
        await Set("user", "requests", "minute", 3);
        await Set("model", "requests", "day", 2);
        Assert.That((await Ask(Chat)).Status, Is.EqualTo(200));
        Assert.That((await Ask(Chat)).Status, Is.EqualTo(200));

        // The last that the user has this minute, and one more than the model has today.
        var refused = await Ask(Chat);
        Expect(refused, "rate_limit_exceeded", "86400", "\"model-86400\";r=0;t=86400");
        Assert.That(Theirs(refused, "requests"), Is.EqualTo(("2", "0", "86400s")));
    }

    [Test]
    public async Task On_a_WebSocket_the_same_time_is_told()
    {
        await Set("user", "requests", "hour", 1);
        Assert.That((await Ask(Session)).Status, Is.EqualTo(200));
        using var socket = await Socket.Open(_host, _caller);
        _clock.Advance(TimeSpan.FromMinutes(20));
        await socket.Send(new { type = "send", id = "1", session_id = await _caller.OpenSession(), content = "one two three" });
        var error = await socket.Next("error");
        Assert.That((error.GetProperty("code").GetString(), error.GetProperty("retry_after").GetInt32()), Is.EqualTo(("rate_limited", 2400)));
    }

    [TestCase("/api/v1/auth/login", """{"email":"a@example.org","password":"wrong password"}""")]
    [TestCase("/api/v1/auth/setup", """{"token":"t","email":"a@example.org","password":"wrong password"}""")]
    [TestCase("/api/v1/auth/register", """{"email":"a@example.org","password":"wrong password"}""")]
    [TestCase("/api/v1/auth/recover", """{"token":"t","password":"wrong password"}""")]
    [TestCase("/api/v1/enrol", """{"code":"7Q2MX-7Q2MX-7Q2MX-7Q2MX"}""")]
    [TestCase("/api/v1/me/password", """{"current":"wrong password","password":"another password"}""")]
    [TestCase("/api/v1/me/forget", """{"password":"wrong password"}""")]
    public async Task Of_signing_in(string path, string body)
    {
        using var guesser = _host.Nobody();
        guesser.Key = path.StartsWith("/api/v1/me", StringComparison.Ordinal) ? _caller.Key : null;

        // Where the host's owner has signed in already.
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 20; i++)
        {
            Assert.That((await guesser.PostRaw(path, body)).Status, Is.InRange(400, 409));
        }

        _clock.Advance(TimeSpan.FromSeconds(18));
        var refused = await guesser.PostRaw(path, body);
        Expect(refused, "rate_limited", "42", "\"sign_in_address-60\";r=0;t=42");
        Assert.That(refused.Header("RateLimit-Policy"), Does.Contain("\"sign_in_address-60\";q=20;w=60"));
        _clock.Advance(TimeSpan.FromSeconds(41));
        Assert.That((await guesser.PostRaw(path, body)).Header("Retry-After"), Is.EqualTo("1"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await guesser.PostRaw(path, body)).Status, Is.InRange(400, 409));
    }

    private static IEnumerable<object[]> Cases(string[] scopes) =>
        from scope in scopes
        from entrance in Entrances
        where (scope, entrance) != ("place", Chat)
        select new object[] { scope, entrance };

    private static void Expect(Answer refused, string code, string wait, string limit)
    {
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, code)), refused.Text);
        Assert.That((refused.Header("Retry-After"), refused.Header("RateLimit")), Is.EqualTo((wait, limit)));
    }

    /// <summary>A second before the time is over a call is still refused, and then it is let in.</summary>
    private async Task Waits(string entrance, Answer refused)
    {
        var wait = TimeSpan.FromSeconds(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture));
        _clock.Advance(wait - TimeSpan.FromSeconds(1));
        var still = await Ask(entrance);
        Assert.That((still.Status, still.Header("Retry-After")), Is.EqualTo((429, "1")), still.Text);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var then = await Ask(entrance);
        Assert.That(then.Status, Is.EqualTo(200), then.Text);
    }

    private static (string? Limit, string? Remaining, string? Reset) Theirs(Answer answer, string what) => (
        answer.Header($"x-ratelimit-limit-{what}"), answer.Header($"x-ratelimit-remaining-{what}"), answer.Header($"x-ratelimit-reset-{what}"));

    /// <summary>It costs seven tokens and three; more than 90 are held for it.</summary>
    private async Task<Answer> Ask(string entrance) => entrance == Session
        ? await _caller.Post(
            $"/api/v1/sessions/{await _caller.OpenSession(new { model = "echo" })}/messages", new { content = "one two three" }, ("Prefer", "wait=30"))
        : await _caller.Post("/v1/chat/completions", new { model = "echo", max_tokens = 90, messages = new[] { new { role = "user", content = "one two three" } } });

    private async Task Set(string scope, string measure, string? window, int amount)
    {
        var group = (await _owner.Post("/api/v1/admin/groups", new { name = $"{scope} {measure} {window}" })).Id;
        Assert.That((await _owner.Put($"/api/v1/admin/groups/{group}/members/{_caller.UserId}", new { })).Status, Is.EqualTo(204));
        var of = scope switch
        {
            "user" => $"{_caller.UserId}",
            "key" => $"{_caller.KeyId}",
            "group" => group,
            "model" => "echo",
            "address" => "127.0.0.1",
            _ => "*",
        };
        var set = await _owner.Put("/api/v1/admin/limits", new { scope, scope_id = of, measure, window, amount });
        Assert.That(set.Status, Is.EqualTo(200), set.Text);
    }
}
