using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>
/// The table of docs/operations.md: what goes wrong at a provider, who answers then, and what stands under the answer; for a session's message and a
/// call under /v1, by the wire of the provider that fails.
/// </summary>
[TestFixture(Session, "OpenAI")]
[TestFixture(Chat, "OpenAI")]
[TestFixture(Session, "Anthropic")]
[TestFixture(Chat, "Gemini")]
[Parallelizable(ParallelScope.Self)]
internal sealed class ProviderFaultTests(string entrance, string kind)
{
    private const string Session = "session";
    private const string Chat = "chat";

    private static readonly Said BySpare = new("complete", "provider:spare", "spare", "Hello from the spare.", null);

    private ScriptedProvider _cloud = null!;
    private ScriptedProvider _spare = null!;

    [SetUp]
    public async Task Start()
    {
        _cloud = await ScriptedProvider.Start();
        _spare = await ScriptedProvider.Start();
        _spare.Answer = context => ScriptedProvider.Stream(context, "Hello from the spare.");
    }

    [TearDown]
    public async Task Stop()
    {
        await _cloud.DisposeAsync();
        await _spare.DisposeAsync();
    }

    [TestCase(401, 1)]
    [TestCase(402, 1)]
    [TestCase(403, 1)]
    [TestCase(404, 1)]
    [TestCase(408, 3)]
    [TestCase(429, 3)]
    [TestCase(500, 3)]
    [TestCase(502, 3)]
    [TestCase(503, 3)]
    [TestCase(504, 3)]
    [TestCase(529, 3)]
    public async Task What_one_refuses_the_next_answers(int status, int tries)
    {
        _cloud.Answer = Refuse(status);
        Assert.That(await Ask(), Is.EqualTo(BySpare));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((tries, 1)));
    }

    [TestCase(400)]
    [TestCase(413)]
    [TestCase(422)]
    public async Task A_request_that_is_wrong_in_itself_is_nobody_elses_business(int status)
    {
        _cloud.Answer = Refuse(status);
        Assert.That(await Ask(), Is.EqualTo(Failed("provider_refused")));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((1, 0)));
    }

    [TestCase("reset")]
    [TestCase("silent")]
    [TestCase("cut before text")]
    [TestCase("no JSON")]
    [TestCase("a web page")]
    public async Task What_breaks_before_any_text_is_tried_three_times_and_then_asked_of_the_next(string fault)
    {
        // Long enough that each question has come there: one that is still on its way when its time is up is not seen.
        _cloud.Answer = context => Break(context, fault);
        Assert.That(await Ask("--Providers:cloud:Patience=00:00:02"), Is.EqualTo(BySpare));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task Nobody_listens_there_and_the_next_answers()
    {
        Assert.That(await Ask("--Providers:cloud:BaseUrl=http://127.0.0.1:1/v1"), Is.EqualTo(BySpare));
    }

    [Test]
    public async Task What_is_over_in_a_moment_is_not_noticed()
    {
        var refuse = Refuse(429);
        _cloud.Answer = context => _cloud.Asked.Count == 1 ? refuse(context) : Whole(context, "Here I am.");
        Assert.That(await Ask(), Is.EqualTo(ByCloud("Here I am.")));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task One_that_wants_to_be_left_alone_for_an_hour_is_not_waited_for()
    {
        _cloud.Answer = Refuse(429, "3600");
        Assert.That(await Ask(), Is.EqualTo(BySpare));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_that_is_slow_to_begin_is_waited_for()
    {
        _cloud.Answer = async context =>
        {
            var asked = new TaskCompletionSource();
            await using var later = new Timer(_ => asked.TrySetResult(), null, TimeSpan.FromMilliseconds(300), Timeout.InfiniteTimeSpan);
            await asked.Task;
            await Whole(context, "Slowly.");
        };
        Assert.That(await Ask(), Is.EqualTo(ByCloud("Slowly.")));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_breaks_after_some_text_is_kept_and_asked_of_nobody_else()
    {
        _cloud.Answer = context => Break(context, "cut after text");
        Assert.That(await Ask(), Is.EqualTo(Failed("provider_cut_off", "Half an ans")));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task One_that_fails_too_often_rests_and_says_so()
    {
        _cloud.Answer = Refuse(503);
        await using var host = await Host();
        using var owner = await host.Owner();
        _ = await Ask(owner);
        var before = (await owner.Get("/health/deep")).Json.GetProperty("providers");
        Assert.That(before[0].GetProperty("circuit").GetString(), Is.EqualTo("closed"));
        _ = await Ask(owner);
        Assert.That(_cloud.Asked, Has.Count.EqualTo(6));

        Assert.That(await Ask(owner), Is.EqualTo(BySpare));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((6, 3)), "It is left alone.");
        var health = (await owner.Get("/health/deep")).Json;
        var cloud = health.GetProperty("providers")[0];
        Assert.That(cloud.GetProperty("name").GetString(), Is.EqualTo("cloud"));
        Assert.That(cloud.GetProperty("circuit").GetString(), Is.EqualTo("open"));
        Assert.That(cloud.GetProperty("code").GetString(), Is.EqualTo("provider_failed"));
        Assert.That(cloud.GetProperty("cause").GetString(), Does.Contain("HTTP 503"));
        Assert.That(cloud.GetProperty("retries_at").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UtcNow.AddSeconds(-1)));
        Assert.That(health.GetProperty("providers")[1].GetProperty("circuit").GetString(), Is.EqualTo("closed"));
        Assert.That(health.GetProperty("status").GetString(), Is.EqualTo("degraded"));
    }

    [Test]
    public async Task When_all_of_them_rest_the_notice_says_why()
    {
        _cloud.Answer = _spare.Answer = Refuse(500);
        await using var host = await Host();
        using var owner = await host.Owner();
        _ = await Ask(owner);
        var second = await Error(owner);
        Assert.That(second.GetProperty("code").GetString(), Is.EqualTo("provider_failed"));
        var third = await Error(owner);
        Assert.That(third.GetProperty("code").GetString(), Is.EqualTo("no_worker"));
        Assert.That(third.GetProperty("message").GetString(), Does.Contain("No worker is online").And.Contain("cloud failed (HTTP 500)"));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count), Is.EqualTo((6, 6)));
    }

    [Test]
    public async Task Each_of_three_is_asked_once_on_the_way_down()
    {
        await using var third = await ScriptedProvider.Start();
        _cloud.Answer = _spare.Answer = Refuse(401);
        Assert.That(
            await Ask($"--Providers:third:BaseUrl={third.BaseUrl}", "--Providers:third:Models=third", "--Providers:third:Order=3"),
            Is.EqualTo(new Said("complete", "provider:third", "third", "Hello from the cloud.", null)));
        Assert.That((_cloud.Asked.Count, _spare.Asked.Count, third.Asked.Count), Is.EqualTo((1, 1, 1)));
    }

    private static Func<HttpContext, Task> Refuse(int status, string retryAfter = "0") => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync("""{"error":{"message":"no","type":"x","code":"y"}}""");
    };

    private async Task Break(HttpContext context, string fault)
    {
        switch (fault)
        {
            case "reset":
                context.Abort();
                return;
            case "silent":
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return;
            case "cut before text":
                await ScriptedProvider.Begin(context);
                await Piece(context, "");
                context.Abort();
                return;
            case "no JSON":
                await ScriptedProvider.Begin(context);
                await context.Response.WriteAsync("data: this is no JSON\n\n");
                return;
            case "a web page":
                await context.Response.WriteAsync("<html>Bad gateway</html>");
                return;
            default:
                // Whole, as HTTP has it, so that the text is there for certain; only its end is missing.
                await ScriptedProvider.Begin(context);
                await Piece(context, "Half an ans");
                return;
        }
    }

    private async Task Whole(HttpContext context, string text)
    {
        await ScriptedProvider.Begin(context);
        await Piece(context, text);
        foreach (var line in kind switch
        {
            "Anthropic" => ["""{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", """{"type":"message_stop"}"""],
            "Gemini" => ["""{"candidates":[{"finishReason":"STOP","index":0}]}"""],
            _ => new[] { """{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "[DONE]" },
        })
        {
            await ScriptedProvider.Line(context, line);
        }
    }

    private Task Piece(HttpContext context, string text)
    {
        var said = JsonSerializer.Serialize(text);
        return kind switch
        {
            "Anthropic" => ScriptedProvider.Line(context, $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{said}}}}}"""),
            "Gemini" => ScriptedProvider.Line(context, $$$"""{"candidates":[{"content":{"parts":[{"text":{{{said}}}}],"role":"model"},"index":0}]}"""),
            _ => ScriptedProvider.Say(context, text),
        };
    }

    private static Said ByCloud(string text) => new("complete", "provider:cloud", "large", text, null);

    /// <summary>A session keeps what had come, and who it came from; a call under /v1 ends with a status, and says who it was.</summary>
    private Said Failed(string code, string text = "") => entrance == Session
        ? new("failed", "provider:cloud", "large", text, code)
        : new(code == "provider_refused" ? "400" : "503", "provider:cloud", null, null, code);

    private async Task<Said> Ask(params string[] also)
    {
        await using var host = await Host(also);
        using var owner = await host.Owner();
        return await Ask(owner);
    }

    private async Task<Said> Ask(ApiClient owner)
    {
        var answer = await Post(owner);
        if (entrance == Session)
        {
            var reply = answer.Json.GetProperty("reply");
            var origin = reply.GetProperty("origin");
            Assert.That(origin.GetProperty("kind").GetString(), Is.EqualTo("provider"));
            return new(
                reply.GetProperty("status").GetString(),
                origin.GetProperty("name").GetString(),
                origin.GetProperty("model").GetString(),
                reply.GetProperty("text").GetString(),
                reply.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null);
        }

        return answer.Status != 200
            ? new($"{answer.Status}", answer.Header("X-MeatLizard-Origin"), null, null, answer.Code)
            : new(
                "complete",
                answer.Header("X-MeatLizard-Origin"),
                answer.Json.GetProperty("model").GetString(),
                answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(),
                null);
    }

    /// <summary>Of a question that nobody answers.</summary>
    private async Task<JsonElement> Error(ApiClient owner)
    {
        var answer = (await Post(owner)).Json;
        return (entrance == Session ? answer.GetProperty("reply") : answer).GetProperty("error");
    }

    private async Task<Answer> Post(ApiClient owner) => entrance == Session
        ? await owner.Say(await owner.OpenSession(), "Who is there?")
        : await owner.Post("/v1/chat/completions", new { model = "large", messages = new[] { new { role = "user", content = "Who is there?" } } });

    private Task<ApiHost> Host(params string[] also) => ApiHost.Start(
    [
        ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1",
        $"--Providers:cloud:Kind={kind}", $"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", "--Providers:cloud:Models=large", "--Providers:cloud:Order=1",
        $"--Providers:spare:BaseUrl={_spare.BaseUrl}", "--Providers:spare:Models=spare", "--Providers:spare:Order=2",
        .. also,
    ]);

    /// <summary>What came of a question, and what stands under it.</summary>
    private sealed record Said(string? Status, string? Origin, string? Model, string? Text, string? Code);
}
