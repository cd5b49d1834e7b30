using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>/v1/chat/completions as a caller sees it; what a model makes of it is scripted.</summary>
[TestFixture]
internal sealed class ChatCompletionTests
{
    private const string Path = "/v1/chat/completions";

    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task The_answer_comes_in_one_piece()
    {
        var answer = await _caller.Post(Path, Body("think of lizards"), ("X-Request-Id", "my-own"));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var json = answer.Json;
        var choice = json.GetProperty("choices").EnumerateArray().Single();
        var message = choice.GetProperty("message");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Header("X-Request-Id"), Is.EqualTo("my-own"));
            Assert.That(json.GetProperty("object").GetString(), Is.EqualTo("chat.completion"));
            Assert.That(json.GetProperty("id").GetString(), Does.StartWith("chatcmpl-"));
            Assert.That(json.GetProperty("model").GetString(), Is.EqualTo("echo"));
            Assert.That(message.GetProperty("role").GetString(), Is.EqualTo("assistant"));
            Assert.That(message.GetProperty("content").GetString(), Is.EqualTo("think of lizards"));
            Assert.That(message.GetProperty("reasoning_content").GetString(), Is.EqualTo("Let me see."));
            Assert.That(message.TryGetProperty("tool_calls", out _), Is.False);
            Assert.That(choice.GetProperty("finish_reason").GetString(), Is.EqualTo("stop"));
            Assert.That(json.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(10));
        }
    }

    [Test]
    public async Task The_answer_comes_as_it_is_written()
    {
        var lines = await Stream(new { model = "echo", stream = true, stream_options = new { include_usage = true }, messages = Said("one two three") });
        Assert.That(lines[^1], Is.EqualTo("[DONE]"));
        var chunks = lines[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var choices = chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0]).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(chunks.Select(chunk => chunk.GetProperty("object").GetString()), Is.All.EqualTo("chat.completion.chunk"));
            Assert.That(choices[0].GetProperty("delta").GetProperty("role").GetString(), Is.EqualTo("assistant"));
            Assert.That(
                string.Concat(choices.Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : "")),
                Is.EqualTo("one two three"));
            Assert.That(choices[^1].GetProperty("finish_reason").GetString(), Is.EqualTo("stop"));
            Assert.That(choices[..^1].Select(choice => choice.GetProperty("finish_reason").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
            Assert.That(chunks[^1].GetProperty("choices").GetArrayLength(), Is.Zero);
            Assert.That(chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32(), Is.EqualTo(3));
            Assert.That(chunks[..^1].Select(chunk => chunk.GetProperty("usage").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public async Task The_first_word_is_sent_before_the_second_is_known()
    {
        _host.Engine.Hold();
        using var stream = await _caller.Open(Path, new { model = "echo", stream = true, messages = Said("hold this thought") });
        var text = "";
        while (!text.Contains("hold", StringComparison.Ordinal))
        {
            text += await stream.Line();
        }

        Assert.That(_host.Engine.Running, Is.EqualTo(1));
        _host.Engine.Release();
        await Eventually.Is(async () => await stream.Line() == "data: [DONE]");
    }

    [Test]
    public async Task A_caller_who_leaves_stops_the_model_and_frees_its_slot([Values] bool stream)
    {
        _host.Engine.Hold();
        using var leaving = new CancellationTokenSource();
        var call = _caller.Abandon(Path, new { model = "echo", stream, messages = Said("hold this thought") }, leaving.Token);
        await Eventually.Is(() => _host.Engine.Running == 1);
        await leaving.CancelAsync();
        if (!stream)
        {
            Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        }

        await Eventually.Is(() => _host.Engine.Running == 0);
        await Eventually.Is(() => _host.Services.GetRequiredService<StatelessCalls>().Count == 0);
        var workers = _host.Services.GetRequiredService<IWorkerRegistry>();
        await Eventually.Is(() => workers.List().Single() is var worker && worker.SlotsFree == worker.Slots);
    }

    [Test]
    public async Task Nothing_is_left_but_one_usage_row()
    {
        Assert.That((await _caller.Post(Path, Body("hello there"))).Status, Is.EqualTo(200));
        var rows = await _host.CountRows("usage_entry", "chat_session", "message", "relay_request", "reply_event", "outbox");
        Assert.That(rows.Where(table => table.Value > 0), Is.EqualTo([KeyValuePair.Create("usage_entry", 1)]));
    }

    [Test]
    public async Task Every_call_counts_against_the_limits()
    {
        await using var host = await ApiHost.Start("--Limits:PerMinute=1");
        using var caller = await host.Member("caller");
        var granted = await caller.Post(Path, Body("hello"));
        Assert.That((granted.Status, granted.Header("x-ratelimit-limit-requests"), granted.Header("x-ratelimit-remaining-requests")), Is.EqualTo((200, "1", "0")));
        var refused = await caller.Post(Path, Body("hello"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "rate_limit_exceeded")));
            Assert.That(refused.Header("Retry-After"), Does.Match("^[0-9]+$"));
            Assert.That(refused.Header("x-ratelimit-reset-requests"), Does.Match("^[0-9]+s$"));
            Assert.That(refused.Header("RateLimit"), Does.Contain(";r=0;"));
        }
    }

    [Test]
    public async Task With_no_worker_the_answer_is_an_honest_503()
    {
        await using var host = await ApiHost.Start(ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1");
        using var caller = await host.Member("caller");
        foreach (var stream in (bool[])[false, true])
        {
            var answer = await caller.Post(Path, new { model = "echo", stream, messages = Said("hello") });
            Assert.That((answer.Status, answer.Code, answer.Header("Retry-After")), Is.EqualTo((503, "no_worker", "1")), answer.Text);
        }
    }

    [Test]
    public async Task What_a_caller_gets_back_can_be_sent_again()
    {
        var first = (await _caller.Post(Path, Body("think first"))).Json.GetProperty("choices")[0].GetProperty("message");
        object[] messages = [new { role = "developer", content = "Be brief." }, .. Said("think first"), first, .. Said("and then")];
        var next = await _caller.Post(Path, new { model = "echo", messages });
        Assert.That(next.Status, Is.EqualTo(200), next.Text);
    }

    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"colour":1}""", "unknown_parameter", "colour")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"logit_bias":{"1":2}}""", "unsupported_parameter", "logit_bias")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"logprobs":true}""", "unsupported_parameter", "logprobs")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"n":2}""", "unsupported_value", "n")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"store":true}""", "unsupported_value", "store")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"temperature":3}""", "invalid_request", "temperature")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "invalid_value", "temperature")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"max_tokens":0}""", "invalid_request", "max_tokens")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}}""", "invalid_value", "stream_options")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"","format":"wav"}}]}]}""", "unsupported_value", "messages[0].content[0].type")]
    [TestCase("""{"model":"echo","messages":[{"role":"system","content":[{"type":"image_url","image_url":{"url":"data:"}}]}]}""", "unsupported_value", "messages[0].content[0].type")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":[{"type":"text"}]}]}""", "missing_required_parameter", "messages[0].content[0].text")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":[{"type":"text","text":"x","colour":1}]}]}""", "unknown_parameter", "messages[0].content[0].colour")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":[{"type":"text","text":"x","text":"y"}]}]}""", "duplicate_field", "messages[0].content.text")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":7}]}""", "invalid_value", "messages[0].content")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"\ud800"}]}""", "invalid_text", "messages[0].content")]
    [TestCase("""{"model":"echo","messages":[{"role":"user"}]}""", "missing_required_parameter", "messages[0].content")]
    [TestCase("""{"model":"echo","messages":[{"role":"wizard","content":"x"}]}""", "unsupported_value", "messages[0].role")]
    [TestCase("""{"model":"echo","messages":[{"role":"tool","content":"x"}]}""", "missing_required_parameter", "messages[0].tool_call_id")]
    [TestCase("""{"model":"echo","messages":[null]}""", "invalid_value", "messages[0]")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[null]}]}""", "invalid_value", "messages[1].tool_calls[0]")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"max_completion_tokens":0}""", "invalid_value", "max_completion_tokens")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"\ud800"}""", "invalid_text", "tool_choice")]
    [TestCase("""{"model":"echo","messages":[]}""", "invalid_request", "messages")]
    [TestCase("""{"messages":[{"role":"user","content":"x"}]}""", "missing_required_parameter", "model")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"tools":[{"type":"web_search"}]}""", "unsupported_value", "tools[0].type")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"no spaces"}}]}""", "invalid_value", "tools[0].function.name")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"a":"\ud800"}}}]}""", "invalid_text", "tools[0].function.parameters")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"tool_choice":"auto"}""", "invalid_value", "tool_choice")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}""", "unsupported_value", "response_format.type")]
    [TestCase("""{"model":"echo","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"a"}}}""", "invalid_value", "response_format.json_schema.schema")]
    public async Task What_is_wrong_is_named(string body, string code, string param)
    {
        var answer = await _caller.PostRaw(Path, body);
        var error = answer.Json.GetProperty("error");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(error.GetProperty("code").GetString(), Is.EqualTo(code), answer.Text);
            Assert.That(error.GetProperty("param").GetString(), Is.EqualTo(param), answer.Text);
            Assert.That(error.GetProperty("type").GetString(), Is.EqualTo("invalid_request_error"));
            Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task What_has_no_effect_is_taken()
    {
        var answer = await _caller.Post(Path, new
        {
            model = "echo",
            messages = Said("hello"),
            user = "u-1",
            safety_identifier = "s-1",
            metadata = new { a = "b" },
            store = false,
            service_tier = "auto",
            n = 1,
            logprobs = false,
            modalities = (string[])["text"],
            audio = (object?)null,
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [Test]
    public async Task Errors_of_every_kind_come_in_the_envelope()
    {
        using var nobody = _host.Nobody();
        using var wrong = new ApiClient(_host.Address) { Key = "ml_wrong" };
        using var keeper = await _host.Member("keeper", scopes: "keys");
        (Answer Answer, int Status, string Code)[] all =
        [
            (await nobody.Post(Path, Body("x")), 401, "unauthenticated"),
            (await wrong.Post(Path, Body("x")), 401, "invalid_api_key"),
            (await keeper.Post(Path, Body("x")), 403, "forbidden"),
            (await _caller.Post(Path, new { model = "other", messages = Said("x") }), 404, "model_not_found"),
            (await _caller.Get("/v1/nothing"), 404, "not_found"),
            (await _caller.Get(Path), 405, "method_not_allowed"),
            (await _caller.Post(Path, Body(new string('x', 2_000_000))), 413, "body_too_large"),
            (await _caller.PostRaw(Path, "x"u8.ToArray(), "text/plain"), 415, "unsupported_media_type"),
            (await _caller.PostRaw(Path, "{"), 400, "invalid_json"),
            (await _caller.Post(Path + "?a=b", Body("x")), 400, "unknown_parameter"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (answer, status, code) in all)
            {
                Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)), answer.Text);
                Assert.That(answer.Header("Content-Type"), Does.StartWith("application/json"));
                Assert.That(
                    answer.Json.GetProperty("error").EnumerateObject().Select(member => member.Name),
                    Is.EqualTo(["message", "type", "param", "code"]));
            }
        }
    }

    [Test]
    public async Task A_key_that_is_revoked_meanwhile_is_told_no_more()
    {
        _host.Engine.Hold();
        using var stream = await _caller.Open(Path, new { model = "echo", stream = true, messages = Said("hold this thought") });
        await Eventually.Is(() => _host.Engine.Running == 1);
        using var owner = await _host.Owner();
        using var self = new ApiClient(_host.Address) { Key = _caller.Key };
        Assert.That((await self.Delete($"/api/v1/keys/{_caller.KeyId}")).Status, Is.EqualTo(204));
        await Eventually.Is(() => _host.Engine.Running == 0);
        var rest = "";
        while (await stream.Line() is { } line)
        {
            rest += line;
        }

        Assert.That(rest, Does.Contain("invalid_api_key").And.Not.Contain("[DONE]"));
    }

    [Test]
    public async Task Models_are_listed_and_found_by_name()
    {
        var list = (await _caller.Get("/v1/models")).Json;
        var one = await _caller.Get("/v1/models/echo");
        var missing = await _caller.Get("/v1/models/some%2Fother");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.GetProperty("object").GetString(), Is.EqualTo("list"));
            Assert.That(list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()), Is.EqualTo(["echo"]));
            Assert.That((one.Status, one.Json.GetProperty("object").GetString()), Is.EqualTo((200, "model")));
            Assert.That((missing.Status, missing.Code), Is.EqualTo((404, "model_not_found")));
        }
    }

    private static object Body(string text) => new { model = "echo", messages = Said(text) };

    private static object[] Said(string text) => [new { role = "user", content = text }];

    private async Task<string[]> Stream(object body)
    {
        using var stream = await _caller.Open(Path, body);
        Assert.That(stream.ContentType, Is.EqualTo("text/event-stream"));
        List<string> lines = [];
        while (await stream.Line() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                lines.Add(line["data: ".Length..]);
            }
        }

        return [.. lines];
    }
}
