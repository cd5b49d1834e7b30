using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing.Models;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>Calls without a session that providers answer, because no worker can.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ProviderCallTests
{
    private const string Path = "/v1/chat/completions";
    private const string Origin = "X-MeatLizard-Origin";

    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [TestCase("large")]
    [TestCase("a-worker's")]
    public async Task An_answer_says_who_wrote_it_whatever_was_asked_for(string model)
    {
        await using var host = await Host();
        using var owner = await host.Member("caller");
        var answer = await owner.Post(Path, Ask(model));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Is.EqualTo("Hello from the cloud."));
        Assert.That((answer.Json.GetProperty("model").GetString(), answer.Header(Origin)), Is.EqualTo(("large", "provider:cloud")));
        Assert.That(answer.Json.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(10));
        Assert.That((await host.CountRows("usage_entry", "provider_spent")).Values, Is.EqualTo(new[] { 1, 1 }));
    }

    [TestCase("large", "cache:provider:cloud")]
    [TestCase("a-worker's", "provider:cloud")]
    public async Task An_answer_is_kept_for_the_model_that_has_written_it_and_for_no_other(string model, string origin)
    {
        await using var host = await Host();
        using var caller = await host.Member("caller");
        var question = new { model, temperature = 0, messages = new[] { new { role = "user", content = "Hello?" } } };
        Assert.That((await caller.Post(Path, question)).Header(Origin), Is.EqualTo("provider:cloud"));
        Assert.That((await caller.Post(Path, question)).Header(Origin), Is.EqualTo(origin));
    }

    [Test]
    public async Task A_stream_says_so_in_every_chunk()
    {
        await using var host = await Host();
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Path, new { model = "a-worker's", stream = true, messages = new[] { new { role = "user", content = "Hello?" } } });
        Assert.That(answer.Header(Origin), Is.EqualTo("provider:cloud"));
        var chunks = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).ToArray();
        Assert.That(chunks[^1], Is.EqualTo("[DONE]"));
        Assert.That(chunks[..^1].Select(chunk => JsonDocument.Parse(chunk).RootElement.GetProperty("model").GetString()), Is.All.EqualTo("large"));
        Assert.That(string.Concat(chunks[..^1].Select(Text)), Is.EqualTo("Hello from the cloud."));
    }

    [Test]
    public async Task A_stream_that_breaks_off_keeps_its_text_and_ends_with_the_reason()
    {
        await using var spare = await ScriptedProvider.Start();
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Say(context, "Half an ans");
        };
        await using var host = await Host($"--Providers:spare:BaseUrl={spare.BaseUrl}", "--Providers:spare:Models=other", "--Providers:spare:Order=2");
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Path, new { model = "large", stream = true, messages = new[] { new { role = "user", content = "Hello?" } } });
        Assert.That((answer.Status, answer.Header(Origin)), Is.EqualTo((200, "provider:cloud")));
        var lines = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).ToArray();
        Assert.That(string.Concat(lines[..^1].Select(Text)), Is.EqualTo("Half an ans"));
        var error = JsonDocument.Parse(lines[^1]).RootElement.GetProperty("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("provider_cut_off"));
        Assert.That(spare.Asked, Is.Empty);
    }

    [Test]
    public async Task Responses_say_so_too()
    {
        await using var host = await Host();
        using var caller = await host.Member("caller");
        var answer = await caller.Post("/v1/responses", new { model = "a-worker's", input = "Hello?" });
        Assert.That((answer.Status, answer.Header(Origin)), Is.EqualTo((200, "provider:cloud")), answer.Text);
        Assert.That(answer.Json.GetProperty("model").GetString(), Is.EqualTo("large"));
    }

    [Test]
    public async Task Tools_and_schemas_go_there_and_calls_come_back()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Line(context, """{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":null}]}""");
            await ScriptedProvider.Line(context, """{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""");
            await ScriptedProvider.Line(context, "[DONE]");
        };
        await using var host = await Host();
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Path, new
        {
            model = "large",
            messages = new[] { new { role = "user", content = "Rome?" } },
            tools = new[] { new { type = "function", function = new { name = "weather", parameters = new { type = "object" }, strict = true } } },
            tool_choice = "required",
            response_format = new { type = "json_schema", json_schema = new { name = "weathers", schema = new { type = "object" }, strict = false } },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var choice = answer.Json.GetProperty("choices")[0];
        Assert.That(choice.GetProperty("finish_reason").GetString(), Is.EqualTo("tool_calls"), answer.Text);
        var call = choice.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function");
        Assert.That(call.GetProperty("name").GetString(), Is.EqualTo("weather"));
        Assert.That(JsonDocument.Parse(call.GetProperty("arguments").GetString()!).RootElement.GetProperty("city").GetString(), Is.EqualTo("Rome"));
        var asked = _cloud.Asked.Single();
        var shown = asked.GetProperty("tools")[0].GetProperty("function");
        Assert.That((shown.GetProperty("name").GetString(), shown.GetProperty("strict").GetBoolean()), Is.EqualTo(("weather", true)));
        Assert.That(asked.GetProperty("response_format").GetProperty("json_schema").GetProperty("strict").GetBoolean(), Is.False);
        Assert.That(asked.GetProperty("tool_choice").GetString(), Is.EqualTo("required"));
    }

    [TestCase("--Fallback:NeverLeaveHome=true")]
    [TestCase("--Fallback:Ladder=Worker, Notify")]
    public async Task Nothing_leaves_home_where_it_must_not(string setting)
    {
        await using var host = await Host(setting);
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Path, Ask("large"));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, "no_worker")));
        Assert.That((await caller.Get("/v1/models")).Json.GetProperty("data").GetArrayLength(), Is.Zero);
        Assert.That(_cloud.Asked, Is.Empty);
    }

    [Test]
    public async Task A_worker_comes_first_and_what_only_a_provider_has_goes_there_at_once()
    {
        await using var host = await ApiHost.Start(Cloud());
        using var caller = await host.Member("caller");
        var here = await caller.Post(Path, Ask("echo"));
        Assert.That((here.Status, here.Header(Origin)), Is.EqualTo((200, "worker:local")));
        Assert.That(_cloud.Asked, Is.Empty);

        var there = await caller.Post(Path, Ask("LARGE"));
        Assert.That((there.Status, there.Header(Origin)), Is.EqualTo((200, "provider:cloud")), there.Text);
        Assert.That((await caller.Post(Path, Ask("nobody's"))).Code, Is.EqualTo("model_not_found"));
        var models = (await caller.Get("/v1/models")).Json.GetProperty("data").EnumerateArray()
            .Select(model => (model.GetProperty("id").GetString(), model.GetProperty("owned_by").GetString()));
        Assert.That(models, Is.EqualTo(new[] { ("echo", "local"), ("large", "provider:cloud") }));
    }

    [Test]
    public async Task What_one_cannot_do_another_provider_does_and_else_the_reason_is_told()
    {
        await using var spare = await ScriptedProvider.Start();
        _cloud.Answer = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        await using var host = await Host($"--Providers:spare:BaseUrl={spare.BaseUrl}", "--Providers:spare:Models=other", "--Providers:spare:Order=2");
        using var caller = await host.Member("caller");
        Assert.That((await caller.Post(Path, Ask("large"))).Header(Origin), Is.EqualTo("provider:spare"));

        spare.Answer = _cloud.Answer;
        var failed = await caller.Post(Path, Ask("large"));
        Assert.That((failed.Status, failed.Code), Is.EqualTo((503, "provider_refused_key")));
        Assert.That((_cloud.Asked.Count, spare.Asked.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_worker_that_fails_as_often_as_it_may_leads_there()
    {
        await using var host = await ApiHost.Start([.. Cloud(), "--Relay:Attempts=1"]);
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Path, Ask("echo", "break"));
        Assert.That((answer.Status, answer.Header(Origin)), Is.EqualTo((200, "provider:cloud")), answer.Text);
        Assert.That(host.Engine.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task A_models_limit_is_met_however_its_name_is_written()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        using var caller = await host.Member("caller");
        Assert.That(
            (await owner.Put("/api/v1/admin/limits", new { scope = "model", scope_id = "large", measure = "requests", window = "day", amount = 1 })).Status,
            Is.EqualTo(200));
        Assert.That((await caller.Post(Path, Ask("LARGE"))).Status, Is.EqualTo(200));
        Assert.That((await caller.Post(Path, Ask("Large"))).Status, Is.EqualTo(429));
    }

    [TestCase("""{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"weather","arguments":"{\"a\":\"\\ud800\"}"}}]}""", "provider_refused")]
    [TestCase("""{"role":"user","content":"Hello?"}],"tools":[{"type":"function","function":{"name":"weather","parameters":{"\ud800":1}}}""", "invalid_value")]
    public async Task What_cannot_be_written_down_is_the_requests_fault_and_not_the_providers(string message, string code)
    {
        await using var host = await Host("--Providers:cloud:Kind=Anthropic");
        using var caller = await host.Member("caller");
        for (var i = 0; i < 3; i++)
        {
            var refused = await caller.PostRaw(Path, $$"""{"model":"large","messages":[{{message}}]}""");
            Assert.That((refused.Status, refused.Code), Is.EqualTo((400, code)), refused.Text);
        }

        Assert.That(_cloud.Asked, Is.Empty);
        _cloud.Answer = ScriptedProvider.Events("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}}""", """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", """{"type":"message_stop"}""");
        Assert.That((await caller.Post(Path, Ask("large"))).Status, Is.EqualTo(200), "Nobody's circuit is open.");
    }

    [Test]
    public async Task An_image_goes_to_the_provider_that_has_the_model_when_the_workers_that_have_it_take_none()
    {
        await using var host = await ApiHost.Start([.. Cloud(), "--Providers:cloud:Models=large,echo"]);
        using var caller = await host.Member("caller");
        var url = TestImage.Url(TestImage.Png(255, 0, 0));
        var answer = await caller.Post(
            Path, new { model = "echo", messages = new[] { new { role = "user", content = new[] { new { type = "image_url", image_url = new { url } } } } } });
        Assert.That((answer.Status, answer.Header(Origin), answer.Json.GetProperty("model").GetString()), Is.EqualTo((200, "provider:cloud", "echo")), answer.Text);
        Assert.That(_cloud.Asked.Single().GetProperty("messages")[0].GetProperty("content")[0].GetProperty("image_url").GetProperty("url").GetString(), Is.EqualTo(url));
        Assert.That(host.Engine.Asked, Is.Zero);
        var known = (await caller.Get("/v1/models/large")).Json.GetProperty("input_modalities");
        Assert.That(known.ValueKind, Is.EqualTo(JsonValueKind.Null), "Only the provider knows.");
    }

    [Test]
    public async Task Who_hangs_up_ends_the_providers_call()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Say(context, "I go on ");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var host = await Host();
        using var caller = await host.Member("caller");
        using (var open = await caller.Open(Path, new { model = "large", stream = true, messages = new[] { new { role = "user", content = "Hello?" } } }))
        {
            Assert.That(await open.Line(), Does.StartWith("data: "));
        }

        await _cloud.Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static string? Text(string chunk) =>
        JsonDocument.Parse(chunk).RootElement.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : null;

    private static object Ask(string model, string content = "Hello?") => new { model, messages = new[] { new { role = "user", content } } };

    private string[] Cloud() =>
    [
        "--Relay:WorkerGrace=00:00:00.1", $"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", "--Providers:cloud:Models=large", "--Providers:cloud:Order=1",
        "--Providers:cloud:InputPrice=1", "--Providers:cloud:OutputPrice=1",
    ];

    private Task<ApiHost> Host(params string[] also) => ApiHost.Start([ApiHost.NoWorker, .. Cloud(), .. also]);
}
