using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>What our own clients write and read, by the wire formats of Anthropic, Google and OpenAI.</summary>
[TestFixture]
internal sealed partial class ProviderWireTests
{
    private static readonly AIFunctionDeclaration Weather = AIFunctionFactory.CreateDeclaration(
        "weather", "How the weather is", JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""").RootElement);

    private static readonly ChatMessage[] Conversation =
    [
        new(ChatRole.System, "Be brief."),
        new(ChatRole.User, "How is the weather in Paris?"),
        new(ChatRole.Assistant,
        [
            new TextReasoningContent("They want to know."),
            new TextContent("Let me look."),
            new FunctionCallContent("call:1", "weather", new Dictionary<string, object?> { ["city"] = "Paris" }),
        ]),
        new(ChatRole.Tool, [new FunctionResultContent("call:1", "Sunny.")]),
        new(ChatRole.User, "And in Rome?"),
    ];

    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task Anthropic_is_asked_as_it_wants_to_be()
    {
        _cloud.Answer = ScriptedProvider.Events(Anthropic.Whole);
        await Ask(AnthropicProvider.Kind, new()
        {
            ModelId = "claude",
            Temperature = 1.5f,
            StopSequences = ["END"],
            Tools = [Weather],
            ToolMode = ChatToolMode.RequireSpecific("weather"),
            AllowMultipleToolCalls = false,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"object"}""").RootElement),
        });
        Assert.That(_cloud.Call.Path, Is.EqualTo("/messages"));
        Assert.That(_cloud.Call.Headers["x-api-key"].ToString(), Is.EqualTo("secret"));
        Assert.That(_cloud.Call.Headers["anthropic-version"].ToString(), Is.EqualTo("2023-06-01"));
        AssertAsked("""
            {
              "model": "claude", "stream": true, "max_tokens": 8192, "temperature": 1, "stop_sequences": ["END"],
              "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
              "tools": [{"name": "weather", "description": "How the weather is",
                "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}],
              "tool_choice": {"type": "tool", "name": "weather", "disable_parallel_tool_use": true},
              "system": "Be brief.",
              "messages": [
                {"role": "user", "content": [{"type": "text", "text": "How is the weather in Paris?"}]},
                {"role": "assistant", "content": [
                  {"type": "text", "text": "Let me look."},
                  {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Paris"}}]},
                {"role": "user", "content": [
                  {"type": "tool_result", "tool_use_id": "call_1", "content": "Sunny."},
                  {"type": "text", "text": "And in Rome?"}]}
              ]
            }
            """);
    }

    [Test]
    public async Task Anthropics_answer_is_read_with_thoughts_calls_and_cost()
    {
        _cloud.Answer = ScriptedProvider.Events(Anthropic.Whole);
        var answer = await Ask(AnthropicProvider.Kind);
        AssertWhole(answer);
        Assert.That((answer.Usage?.InputTokenCount, answer.Usage?.OutputTokenCount, answer.Usage?.CachedInputTokenCount), Is.EqualTo((31L, 42L, 20L)));
    }

    [TestCase("", 1, false)]
    [TestCase("adaptive", 1, true)]
    [TestCase("2048", 1, true)]
    [TestCase("2048", 4, false, Description = "A tool has answered: what was thought before is not known any more.")]
    public async Task Anthropic_thinks_when_it_is_told_to(string thinking, int messages, bool thinks)
    {
        _cloud.Answer = ScriptedProvider.Events(Anthropic.Whole);
        await Ask(AnthropicProvider.Kind, new() { Temperature = 0.5f }, thinking, Conversation[..(messages == 1 ? 2 : messages)]);
        var asked = _cloud.Asked.Single();
        Assert.That((asked.TryGetProperty("thinking", out var told), asked.TryGetProperty("temperature", out _)), Is.EqualTo((thinks, !thinks)));
        if (thinks && thinking != "adaptive")
        {
            Assert.That((told.GetProperty("budget_tokens").GetInt32(), asked.GetProperty("max_tokens").GetInt32()), Is.EqualTo((2048, 2048 + 8192)));
        }
    }

    [TestCase("end_turn", "stop")]
    [TestCase("stop_sequence", "stop")]
    [TestCase("max_tokens", "length")]
    [TestCase("model_context_window_exceeded", "length")]
    [TestCase("tool_use", "tool_calls")]
    [TestCase("refusal", "content_filter")]
    public async Task Anthropics_reasons_to_stop(string reason, string finish)
    {
        _cloud.Answer = ScriptedProvider.Events(
            """{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}""",
            $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}"},"usage":{"output_tokens":2}}""",
            """{"type":"message_stop"}""");
        Assert.That((await Ask(AnthropicProvider.Kind)).FinishReason?.Value, Is.EqualTo(finish));
    }

    [TestCase("overloaded_error", 529)]
    [TestCase("rate_limit_error", 429)]
    [TestCase("api_error", 500)]
    public void Anthropics_error_within_a_stream_is_what_its_status_would_have_been(string type, int status)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"no"}}""");
        Assert.That(async () => await Ask(AnthropicProvider.Kind), Throws.TypeOf<ProviderRefusedException>().With.Property("Status").EqualTo(status));
    }

    [Test]
    public async Task Gemini_is_asked_as_it_wants_to_be()
    {
        _cloud.Answer = ScriptedProvider.Events(Gemini.Whole);
        await Ask(
            GeminiProvider.Kind,
            new()
            {
                ModelId = "gemini-3-pro",
                Temperature = 1.5f,
                MaxOutputTokens = 100,
                Seed = 7,
                StopSequences = ["END"],
                Tools = [Weather],
                ToolMode = ChatToolMode.RequireSpecific("weather"),
                ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"object"}""").RootElement),
            },
            "2048");
        Assert.That(_cloud.Call.Path, Is.EqualTo("/models/gemini-3-pro:streamGenerateContent?alt=sse"));
        Assert.That(_cloud.Call.Headers["x-goog-api-key"].ToString(), Is.EqualTo("secret"));
        AssertAsked("""
            {
              "systemInstruction": {"parts": [{"text": "Be brief."}]},
              "contents": [
                {"role": "user", "parts": [{"text": "How is the weather in Paris?"}]},
                {"role": "model", "parts": [{"text": "Let me look."},
                  {"functionCall": {"name": "weather", "args": {"city": "Paris"}}, "thoughtSignature": "skip_thought_signature_validator"}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"result": "Sunny."}}}, {"text": "And in Rome?"}]}
              ],
              "tools": [{"functionDeclarations": [{"name": "weather", "description": "How the weather is",
                "parametersJsonSchema": {"type": "object", "properties": {"city": {"type": "string"}}}}]}],
              "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["weather"]}},
              "generationConfig": {"temperature": 1.5, "maxOutputTokens": 100, "seed": 7, "stopSequences": ["END"],
                "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"},
                "thinkingConfig": {"includeThoughts": true, "thinkingBudget": 2048}}
            }
            """);
    }

    [Test]
    public async Task Each_is_shown_an_image_in_its_own_form()
    {
        const string data = "iVBORw0K+/8=";
        ChatMessage[] shown = [new(ChatRole.User, [new TextContent("What is"), new DataContent("data:image/png;base64," + data), new TextContent("this?")])];
        (ProviderKind Kind, Func<HttpContext, Task> Answer, string List, string Contents, string Expected)[] all =
        [
            (AnthropicProvider.Kind, ScriptedProvider.Events(Anthropic.Text), "messages", "content", $$$"""
                [{"type": "text", "text": "What is"},
                 {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "{{{data}}}"}},
                 {"type": "text", "text": "this?"}]
                """),
            (GeminiProvider.Kind, ScriptedProvider.Events(Gemini.Text), "contents", "parts", $$$"""
                [{"text": "What is"}, {"inlineData": {"mimeType": "image/png", "data": "{{{data}}}"}}, {"text": "this?"}]
                """),
            (OpenAiProvider.Kind, _cloud.Answer, "messages", "content", $$$"""
                [{"type": "text", "text": "What is"},
                 {"type": "image_url", "image_url": {"url": "data:image/png;base64,{{{data}}}"}},
                 {"type": "text", "text": "this?"}]
                """),
        ];
        foreach (var (kind, answer, list, contents, expected) in all)
        {
            _cloud.Answer = answer;
            await Ask(kind, messages: shown);
            var asked = _cloud.Asked.Last().GetProperty(list)[0].GetProperty(contents);
            Assert.That(JsonElement.DeepEquals(asked, JsonDocument.Parse(expected).RootElement), Is.True, $"{kind.Name}: {asked}");
        }

        Assert.That(
            async () => await Ask(GeminiProvider.Kind, messages: [new(ChatRole.User, [new DataContent("data:image/gif;base64,R0lGODlh")])]),
            Throws.TypeOf<EngineException>().With.Property("Code").EqualTo(EngineException.Refused).And.Message.Contains("gif"));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Geminis_answer_is_read_with_thoughts_calls_and_cost()
    {
        _cloud.Answer = ScriptedProvider.Events(Gemini.Whole);
        var answer = await Ask(GeminiProvider.Kind);
        AssertWhole(answer);
        Assert.That((answer.Usage?.InputTokenCount, answer.Usage?.OutputTokenCount, answer.Usage?.CachedInputTokenCount), Is.EqualTo((31L, 42L, 20L)));
    }

    [Test]
    public async Task Geminis_signature_goes_back_with_its_call()
    {
        _cloud.Answer = ScriptedProvider.Events(Gemini.Whole);
        using var chat = Open(GeminiProvider.Kind);
        var call = (await chat.GetResponseAsync(Conversation)).Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        await chat.GetResponseAsync([Conversation[1], new(ChatRole.Assistant, [call]), new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Sunny.")])]);
        Assert.That(
            _cloud.Asked.Last().GetProperty("contents")[1].GetProperty("parts")[0].GetProperty("thoughtSignature").GetString(), Is.EqualTo("c2lnbmVk"));
    }

    [TestCase("STOP", "stop")]
    [TestCase("MAX_TOKENS", "length")]
    [TestCase("SAFETY", "content_filter")]
    [TestCase("RECITATION", "content_filter")]
    [TestCase("PROHIBITED_CONTENT", "content_filter")]
    [TestCase("SOMETHING_NEW", "content_filter")]
    public async Task Geminis_reasons_to_stop(string reason, string finish)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"candidates":[{"finishReason":"{{{reason}}}","index":0}],"usageMetadata":{"promptTokenCount":1}}""");
        Assert.That((await Ask(GeminiProvider.Kind)).FinishReason?.Value, Is.EqualTo(finish));
    }

    [Test]
    public async Task A_prompt_that_Gemini_blocks_is_declined()
    {
        _cloud.Answer = ScriptedProvider.Events("""{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5}}""");
        Assert.That((await Ask(GeminiProvider.Kind)).FinishReason, Is.EqualTo(ChatFinishReason.ContentFilter));
    }

    [TestCase(400, """{"error":{"code":400,"details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}""", 401, null)]
    [TestCase(429, """{"error":{"code":429,"details":[{"@type":"y","retryDelay":"31.5s"}]}}""", 429, 31.5)]
    [TestCase(503, "<html>", 503, null)]
    public void Geminis_errors_say_more_than_their_status(int status, string body, int meant, double? seconds)
    {
        _cloud.Answer = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
        };
        TimeSpan? wait = seconds is { } some ? TimeSpan.FromSeconds(some) : null;
        Assert.That(
            async () => await Ask(GeminiProvider.Kind),
            Throws.TypeOf<ProviderRefusedException>().With.Property("Status").EqualTo(meant).And.Property("RetryAfter").EqualTo(wait));
    }

    [TestCase("Anthropic", "/v1")]
    [TestCase("Gemini", "/v1beta")]
    public async Task Through_the_ladder_the_answer_has_its_thoughts_its_cost_and_its_label(string kind, string path)
    {
        _cloud.Answer = kind == "Gemini" ? ScriptedProvider.Events(Gemini.Text) : ScriptedProvider.Events(Anthropic.Text);
        await using var host = await ApiHost.Start(
            ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1",
            $"--Providers:cloud:Kind={kind}", $"--Providers:cloud:BaseUrl={_cloud.Address}{path}", "--Providers:cloud:Models=large");
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("text").GetString(), Is.EqualTo("Hello there."));
        Assert.That(reply.GetProperty("parts")[0].GetProperty("type").GetString(), Is.EqualTo("reasoning"));
        Assert.That(reply.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("large"));
        Assert.That(reply.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), Is.EqualTo(5));
    }

    [TestCase("Anthropic", """{"type":"message_delta","delta":{"stop_reason":"refusal"}}""", "provider_declined")]
    [TestCase("Gemini", """{"promptFeedback":{"blockReason":"SAFETY"}}""", "provider_declined")]
    [TestCase("Gemini", """{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}""", "provider_cut_off")]
    [TestCase("Anthropic", """{"type":"error","error":{"type":"overloaded_error"}}""", "provider_failed")]
    public async Task What_is_no_answer_is_said_to_be_none(string kind, string happened, string code)
    {
        _cloud.Answer = ScriptedProvider.Events(happened);
        await using var host = await ApiHost.Start(
            ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1",
            $"--Providers:cloud:Kind={kind}", $"--Providers:cloud:BaseUrl={_cloud.Address}", "--Providers:cloud:Models=large");
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo(code));
    }

    private static void AssertWhole(ChatResponse answer)
    {
        var contents = answer.Messages.SelectMany(message => message.Contents).ToArray();
        Assert.That(string.Concat(contents.OfType<TextReasoningContent>().Select(thought => thought.Text)), Is.EqualTo("Rome, then."));
        Assert.That(answer.Text, Is.EqualTo("Let me look again."));
        var call = contents.OfType<FunctionCallContent>().Single();
        Assert.That((call.Name, call.Arguments?["city"]?.ToString()), Is.EqualTo(("weather", "Rome")));
        Assert.That(answer.FinishReason, Is.EqualTo(ChatFinishReason.ToolCalls));
    }

    private void AssertAsked(string expected) => Assert.That(
        JsonElement.DeepEquals(_cloud.Asked.Single(), JsonDocument.Parse(expected).RootElement), Is.True, _cloud.Asked.Single().ToString());

    private IChatClient Open(ProviderKind kind, string thinking = "") => kind.Open(
        new() { BaseUrl = _cloud.Address, Key = "secret", Models = "large", Thinking = thinking }, TimeProvider.System);

    [TestCase("Anthropic", "/messages")]
    [TestCase("OpenAI", "/chat/completions")]
    public async Task A_key_does_not_follow_to_another_address(string kind, string path)
    {
        await using var elsewhere = await ScriptedProvider.Start();
        elsewhere.Answer = ScriptedProvider.Events(Anthropic.Text);
        _cloud.Answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Address + path;
            return Task.CompletedTask;
        };
        Assert.That(
            async () => await Ask(ProviderKinds.Find(kind)!),
            Throws.InstanceOf<ProviderRefusedException>().With.Property(nameof(ProviderRefusedException.Status)).EqualTo(307));
        Assert.That(_cloud.Call.Path, Is.EqualTo(path));
        Assert.That(elsewhere.Asked, Is.Empty);
    }

    private async Task<ChatResponse> Ask(ProviderKind kind, ChatOptions? options = null, string thinking = "", ChatMessage[]? messages = null)
    {
        using var chat = Open(kind, thinking);
        return await chat.GetStreamingResponseAsync(messages ?? Conversation, options).ToChatResponseAsync();
    }

    private static class Anthropic
    {
        public static readonly string[] Whole =
        [
            """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":1,"cache_read_input_tokens":20,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """{"type":"ping"}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Rome, then."}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Let me "}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"look again."}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Ro"}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"me\"}"}}""",
            """{"type":"content_block_stop","index":2}""",
            """{"type":"something_new","index":3}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":42}}""",
            """{"type":"message_stop"}""",
        ];

        public static readonly string[] Text =
        [
            """{"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Somebody."}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello there."}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}""",
            """{"type":"message_stop"}""",
        ];
    }

    private static class Gemini
    {
        public static readonly string[] Whole =
        [
            """{"candidates":[{"content":{"parts":[{"text":"Rome, then.","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":31,"totalTokenCount":33,"thoughtsTokenCount":2},"modelVersion":"gemini"}""",
            """{"candidates":[{"content":{"parts":[{"text":"Let me "}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":31}}""",
            """{"candidates":[{"content":{"parts":[{"text":"look again."},{"functionCall":{"name":"weather","args":{"city":"Rome"}},"thoughtSignature":"c2lnbmVk"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":31,"candidatesTokenCount":40,"thoughtsTokenCount":2,"cachedContentTokenCount":20,"totalTokenCount":73}}""",
        ];

        public static readonly string[] Text =
        [
            """{"candidates":[{"content":{"parts":[{"text":"Somebody.","thought":true}],"role":"model"},"index":0}]}""",
            """{"candidates":[{"content":{"parts":[{"text":"Hello there."}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"thoughtsTokenCount":1}}""",
        ];
    }
}
