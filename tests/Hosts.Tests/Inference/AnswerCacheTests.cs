using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>Answers that are kept and given again, as a caller sees it: in this host's memory, and in Redis.</summary>
[TestFixture(false)]
[TestFixture(true)]
[Parallelizable(ParallelScope.Self)]
internal sealed class AnswerCacheTests(bool redis)
{
    private const string Path = "/v1/chat/completions";
    private const string Header = "X-MeatLizard-Cache";
    private const string Origin = "X-MeatLizard-Origin";

    private TestRedis? _redis;
    private StoppedClock _clock = null!;
    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [OneTimeSetUp]
    public async Task StartRedis() => _redis = redis ? await TestRedis.Start() : null;

    [OneTimeTearDown]
    public async Task StopRedis()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [SetUp]
    public async Task Start()
    {
        _clock = new();
        List<string> arguments = [.. ApiHost.WithOwner, "--Relay:Attempts=1", "--Relay:AcknowledgeWithin=00:01:00"];
        if (_redis is not null)
        {
            await _redis.Flush();
            arguments.AddRange([$"--Redis:ConnectionString={_redis.ConnectionString}", "--Redis:Timeout=00:00:10"]);
        }

        _host = await Start(arguments);
        if (_redis is not null)
        {
            // A host goes on without it after a while: what is tested here is how it is with it.
            await Eventually.Is(() => _host.Services.GetRequiredService<RedisLink>().Answers);
        }

        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task The_same_question_is_answered_once_and_the_answer_says_so()
    {
        var first = await _caller.Post(Path, Body("think of lizards"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        var again = await _caller.Post(Path, Body("think of lizards"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Status, first.Header(Header), first.Header(Origin), first.Header("Age")), Is.EqualTo((200, "miss", "worker:local", (string?)null)));
            Assert.That((again.Status, again.Header(Header), again.Header(Origin), again.Header("Age")), Is.EqualTo((200, "hit", "cache:worker:local", "120")));
            Assert.That(WithoutNames(again), Is.EqualTo(WithoutNames(first)));
            Assert.That(again.Id, Is.Not.EqualTo(first.Id));
            Assert.That(_host.Engine.Asked, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task It_costs_nothing_holds_no_place_and_leaves_its_row()
    {
        using var owner = await _host.Owner();
        foreach (var limit in new object[]
        {
            new { scope = "user", measure = "tokens", window = "day", amount = 5_000 },
            new { scope = "user", measure = "concurrency", amount = 1 },
        })
        {
            Assert.That((await owner.Put("/api/v1/admin/limits", limit)).Status, Is.EqualTo(200));
        }

        await _caller.Post(Path, Body("hello there"));
        var before = await Used("tokens");
        _host.Engine.Hold();
        using var open = await _caller.Open(Path, new { model = "echo", stream = true, messages = Said("hold this") });
        await Eventually.Is(() => _host.Engine.Running == 1);
        var held = await Used("tokens");
        var again = await _caller.Post(Path, Body("hello there"));
        Assert.That((again.Status, again.Header(Header)), Is.EqualTo((200, "hit")), "although the only place is taken");
        Assert.That((before, await Used("tokens")), Is.EqualTo((9, held)));
        _host.Engine.Release();
        await Eventually.Is(async () => (await _host.CountRows("usage_entry WHERE is_cached = 1 AND prompt_tokens + completion_tokens = 0")).Values.Single() == 1);
    }

    [TestCase("""{"messages":[{"role":"user","content":"hello There"}]}""")]
    [TestCase("""{"messages":[{"role":"system","content":"x"},{"role":"user","content":"hello there"}]}""")]
    [TestCase("""{"messages":[{"role":"assistant","content":"hello there"}]}""")]
    [TestCase("""{"top_p":0.5}""")]
    [TestCase("""{"seed":1}""")]
    [TestCase("""{"max_tokens":100}""")]
    [TestCase("""{"stop":["zzz"]}""")]
    [TestCase("""{"frequency_penalty":0.5}""")]
    [TestCase("""{"presence_penalty":0.5}""")]
    [TestCase("""{"response_format":{"type":"json_object"}}""")]
    [TestCase("""{"temperature":0.5}""")]
    [TestCase("""{"temperature":null}""")]
    [TestCase("""{"tools":[{"type":"function","function":{"name":"look"}}]}""")]
    public async Task A_question_that_differs_in_anything_is_another_one(string other)
    {
        var body = JsonNode.Parse("""{"model":"echo","temperature":0,"messages":[{"role":"user","content":"hello there"}]}""")!.AsObject();
        Assert.That((await _caller.Post(Path, body, (Header, "use"))).Header(Header), Is.EqualTo("miss"));
        Assert.That((await _caller.Post(Path, body, (Header, "use"))).Header(Header), Is.EqualTo("hit"));
        foreach (var (name, value) in JsonNode.Parse(other)!.AsObject())
        {
            body[name] = value?.DeepClone();
        }

        var answer = await _caller.Post(Path, body, (Header, "use"));
        Assert.That((answer.Status, answer.Header(Header)), Is.EqualTo((200, "miss")), answer.Text);
        Assert.That((await _caller.Post(Path, body, (Header, "use"))).Header(Header), Is.EqualTo("hit"));
    }

    [Test]
    public async Task What_does_not_shape_the_answer_makes_no_difference()
    {
        await _caller.Post(Path, Body("hello there"));
        var again = await _caller.Post(
            Path, new { messages = Said("hello there"), temperature = 0.0, model = "ECHO", user = "somebody", prompt_cache_key = "mine", store = false });
        Assert.That(again.Header(Header), Is.EqualTo("hit"));
    }

    [Test]
    public async Task Nobody_is_given_what_was_said_to_another()
    {
        await _caller.Post(Path, Body("hello there"));
        using var other = await _host.Member("other");
        Assert.That((await other.Post(Path, Body("hello there"))).Header(Header), Is.EqualTo("miss"));
        Assert.That(_host.Engine.Asked, Is.EqualTo(2));
    }

    [TestCase("""{"temperature":0.7}""")]
    [TestCase("""{}""")]
    [TestCase("""{"temperature":0,"tools":[{"type":"function","function":{"name":"look"}}]}""")]
    public async Task Where_answers_differ_or_call_tools_they_are_kept_for_those_alone_who_ask_for_it(string options)
    {
        var body = JsonNode.Parse(options)!.AsObject();
        body["model"] = "echo";
        body["messages"] = JsonSerializer.SerializeToNode(Said("hello there"));
        string?[] told =
        [
            (await _caller.Post(Path, body)).Header(Header),
            (await _caller.Post(Path, body)).Header(Header),
            (await _caller.Post(Path, body, (Header, "use"))).Header(Header),
            (await _caller.Post(Path, body, (Header, "use"))).Header(Header),
            (await _caller.Post(Path, body)).Header(Header),
        ];
        Assert.That(told, Is.EqualTo([null, null, "miss", "hit", null]));
        Assert.That(_host.Engine.Asked, Is.EqualTo(4));
    }

    [Test]
    public async Task A_caller_may_want_none_or_a_new_one()
    {
        string?[] told =
        [
            (await _caller.Post(Path, Body("hello there"), (Header, "off"))).Header(Header),
            (await _caller.Post(Path, Body("hello there"))).Header(Header),
            (await _caller.Post(Path, Body("hello there"), (Header, "off"))).Header(Header),
            (await _caller.Post(Path, Body("hello there"), (Header, "Refresh"))).Header(Header),
            (await _caller.Post(Path, Body("hello there"))).Header(Header),
        ];
        Assert.That(told, Is.EqualTo([null, "miss", null, "miss", "hit"]));
        var wrong = await _caller.Post(Path, Body("hello there"), (Header, "always"));
        Assert.That((wrong.Status, wrong.Code, wrong.Json.GetProperty("error").GetProperty("param").GetString()), Is.EqualTo((400, "invalid_value", Header)), wrong.Text);
    }

    [Test]
    public async Task A_kept_answer_comes_as_a_stream_to_whoever_wants_one()
    {
        var whole = await _caller.Post(Path, Body("think of lizards"));
        var streamed = await _caller.Post(
            Path, new { model = "echo", temperature = 0, stream = true, stream_options = new { include_usage = true }, messages = Said("think of lizards") });
        Assert.That((streamed.Status, streamed.Header(Header), streamed.Header("Content-Type")), Is.EqualTo((200, "hit", "text/event-stream; charset=utf-8")));
        var lines = streamed.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).ToArray();
        var chunks = lines[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var deltas = chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta")).ToArray();
        var message = whole.Json.GetProperty("choices")[0].GetProperty("message");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[^1], Is.EqualTo("[DONE]"));
            Assert.That(deltas[0].GetProperty("role").GetString(), Is.EqualTo("assistant"));
            Assert.That(Joined(deltas, "reasoning_content"), Is.EqualTo("Let me see.").And.EqualTo(message.GetProperty("reasoning_content").GetString()));
            Assert.That(Joined(deltas, "content"), Is.EqualTo("think of lizards").And.EqualTo(message.GetProperty("content").GetString()));
            Assert.That(chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString(), Is.EqualTo("stop"));
            Assert.That(chunks[^1].GetProperty("usage").ToString(), Is.EqualTo(whole.Json.GetProperty("usage").ToString()));
            Assert.That(_host.Engine.Asked, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task What_was_streamed_is_kept_in_one_piece_and_in_whatever_form_it_is_asked_for()
    {
        var streamed = await _caller.Post(Path, new { model = "echo", temperature = 0, stream = true, messages = Said("think of lizards") });
        Assert.That(streamed.Header(Header), Is.EqualTo("miss"));
        var whole = await _caller.Post(Path, Body("think of lizards"));
        Assert.That(whole.Header(Header), Is.EqualTo("hit"));
        Assert.That(whole.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Is.EqualTo("think of lizards"));

        var response = await _caller.Post("/v1/responses", new { model = "echo", temperature = 0, input = "think of lizards" });
        Assert.That((response.Status, response.Header(Header)), Is.EqualTo((200, "hit")));
        Assert.That(response.Json.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("think of lizards"));
        var events = await _caller.Events("/v1/responses", new { model = "echo", temperature = 0, input = "think of lizards", stream = true });
        Assert.That(events[0].Event, Is.EqualTo("response.created"));
        Assert.That(events[^1].Event, Is.EqualTo("response.completed"));
        Assert.That(events.Select(one => one.Data.GetProperty("sequence_number").GetInt32()), Is.EqualTo(Enumerable.Range(0, events.Count)));
        Assert.That(_host.Engine.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_given_for_its_time_and_then_asked_for_anew()
    {
        await _caller.Post(Path, Body("hello there"));
        _clock.Advance(TimeSpan.FromMinutes(60));
        Assert.That((await _caller.Post(Path, Body("hello there"))).Header(Header), Is.EqualTo("hit"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await _caller.Post(Path, Body("hello there"))).Header(Header), Is.EqualTo("miss"));
        Assert.That((await _caller.Post(Path, Body("hello there"))).Header(Header), Is.EqualTo("hit"));
    }

    [Test]
    public async Task When_nobody_can_answer_an_old_one_stands_in_and_says_so([Values] bool stream)
    {
        await _caller.Post(Path, Body("hello there"));
        _clock.Advance(TimeSpan.FromHours(2));
        _host.Engine.IsBroken = true;
        var old = await _caller.Post(Path, new { model = "echo", temperature = 0, stream, messages = Said("hello there") });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((old.Status, old.Header(Header), old.Header(Origin), old.Header("Age")), Is.EqualTo((200, "stale", "stale:worker:local", "7200")), old.Text);
            Assert.That(old.Text, Does.Contain("hello there"));
            Assert.That((await _caller.Post(Path, Body("something else"))).Status, Is.EqualTo(503));
            Assert.That((await _caller.Post(Path, Body("hello there"), (Header, "off"))).Status, Is.EqualTo(503), "not where it is not wanted");
            Assert.That((await _caller.Post(Path, Body("hello there"), (Header, "refresh"))).Status, Is.EqualTo(503), "nor where a new one is");
        }

        using var other = await _host.Member("other");
        Assert.That((await other.Post(Path, Body("hello there"))).Status, Is.EqualTo(503), "nor for anybody else");
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.That((await _caller.Post(Path, Body("hello there"))).Status, Is.EqualTo(503), "nor for ever");
    }

    [TestCase("cut this off")]
    [TestCase("break this")]
    public async Task What_is_not_a_whole_answer_is_not_kept(string text)
    {
        await _caller.Post(Path, Body(text));
        Assert.That((await _caller.Post(Path, Body(text))).Header(Header), Is.Not.EqualTo("hit"));
        Assert.That(await Entries(), Is.Zero);
    }

    [Test]
    public async Task Whoever_is_forgotten_leaves_no_answer_behind()
    {
        using var other = await _host.Member("other");
        await _caller.Post(Path, Body("hello there"));
        await _caller.Post(Path, Body("and again"));
        await other.Post(Path, Body("hello there"));
        Assert.That(await Entries(), Is.EqualTo(3));
        using var owner = await _host.Owner();
        Assert.That((await owner.Post($"/api/v1/admin/users/{_caller.UserId}/forget")).Status, Is.EqualTo(204));
        Assert.That(await Entries(), Is.EqualTo(1));
        Assert.That((await other.Post(Path, Body("hello there"))).Header(Header), Is.EqualTo("hit"));
    }

    [Test]
    public async Task How_often_it_helps_is_shown()
    {
        await _caller.Post(Path, Body("hello there"));
        await _caller.Post(Path, Body("hello there"));
        await _caller.Post(Path, Body("hello there"));
        await _caller.Post(Path, Body("hello there"), (Header, "off"));
        using var owner = await _host.Owner();
        var shown = (await owner.Get("/health/deep")).Json.GetProperty("answer_cache");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.GetProperty("enabled").GetBoolean(), Is.True);
            Assert.That(shown.GetProperty("entries").GetInt32(), Is.EqualTo(1));
            Assert.That(shown.GetProperty("bytes").GetInt32(), Is.InRange(100, 2000));
            Assert.That((shown.GetProperty("hits").GetInt32(), shown.GetProperty("misses").GetInt32(), shown.GetProperty("stale").GetInt32()), Is.EqualTo((2, 1, 0)));
            Assert.That(shown.GetProperty("hit_rate").GetDouble(), Is.EqualTo(0.6667));
            var metrics = (await owner.Get("/metrics")).Text;
            Assert.That(metrics, Does.Match("meatlizard_answer_cache_lookups_total\\{outcome=\"hit\"\\} [0-9]+"));
            Assert.That(metrics, Does.Match("meatlizard_answer_cache_hit_ratio [0-9.]+"));
        }
    }

    [Test]
    public async Task Switched_off_it_keeps_and_gives_nothing_whatever_is_asked()
    {
        await using var host = await ApiHost.Start("--Cache:Answers:Enabled=false");
        using var caller = await host.Member("caller");
        await caller.Post(Path, Body("hello there"), (Header, "use"));
        Assert.That((await caller.Post(Path, Body("hello there"), (Header, "use"))).Header(Header), Is.Null);
        Assert.That(host.Engine.Asked, Is.EqualTo(2));
    }

    private static object Body(string text) => new { model = "echo", temperature = 0, messages = Said(text) };

    private static object[] Said(string text) => [new { role = "user", content = text }];

    private static string Joined(IEnumerable<JsonElement> deltas, string name) =>
        string.Concat(deltas.Select(delta => delta.TryGetProperty(name, out var text) ? text.GetString() : ""));

    private static string WithoutNames(Answer answer)
    {
        var json = JsonNode.Parse(answer.Text)!.AsObject();
        json.Remove("id");
        json.Remove("created");
        return json.ToJsonString();
    }

    /// <summary>With a clock of its own for how old answers are.</summary>
    private Task<ApiHost> Start(List<string> arguments) => ApiHost.Start([.. arguments], services =>
    {
        if (_redis is null)
        {
            services.Replace(ServiceDescriptor.Singleton<IAnswerStore>(
                provider => new MemoryAnswerStore(provider.GetRequiredService<AnswerCacheOptions>(), _clock)));
        }

        services.Replace(ServiceDescriptor.Singleton(provider => new AnswerCache(
            provider.GetRequiredService<IAnswerStore>(),
            provider.GetRequiredService<AnswerCacheOptions>(),
            provider.GetRequiredService<IWorkerRegistry>(),
            _clock)));
    });

    private async Task<long> Entries() => (await _host.Services.GetRequiredService<IAnswerStore>().Measure(CancellationToken.None))!.Entries;

    private async Task<int> Used(string measure) => (await _caller.Get("/api/v1/me/usage")).Json.GetProperty("items").EnumerateArray()
        .Single(item => item.GetProperty("measure").GetString() == measure && item.GetProperty("scope").GetString() == "user")
        .GetProperty("used").GetInt32();
}
