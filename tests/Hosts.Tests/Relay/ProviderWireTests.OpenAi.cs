using System.Diagnostics;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Providers;
using Microsoft.Extensions.AI;

namespace MeatLizard.Hosts.Tests.Relay;

internal sealed partial class ProviderWireTests
{
    [Test]
    public async Task OpenAI_is_asked_as_it_wants_to_be()
    {
        await Ask(OpenAiProvider.Kind, new()
        {
            ModelId = "gpt",
            Temperature = 1.5f,
            TopP = 0.5f,
            TopK = 40,
            MaxOutputTokens = 100,
            Seed = 7,
            FrequencyPenalty = 0.25f,
            PresencePenalty = -0.25f,
            StopSequences = ["END"],
            Tools = [Weather],
            ToolMode = ChatToolMode.RequireSpecific("weather"),
            AllowMultipleToolCalls = false,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"object"}""").RootElement, "weathers"),
            AdditionalProperties = new() { [EngineTags.Strict] = true },
        });
        Assert.That(_cloud.Call.Path, Is.EqualTo("/chat/completions"));
        Assert.That(_cloud.Key, Is.EqualTo("Bearer secret"));
        AssertAsked("""
            {
              "model": "gpt", "stream": true, "stream_options": {"include_usage": true}, "max_tokens": 100, "temperature": 1.5, "top_p": 0.5,
              "frequency_penalty": 0.25, "presence_penalty": -0.25, "seed": 7, "stop": ["END"],
              "response_format": {"type": "json_schema", "json_schema": {"name": "weathers", "schema": {"type": "object"}, "strict": true}},
              "tools": [{"type": "function", "function": {"name": "weather", "description": "How the weather is",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}],
              "tool_choice": {"type": "function", "function": {"name": "weather"}}, "parallel_tool_calls": false,
              "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "How is the weather in Paris?"},
                {"role": "assistant", "content": "Let me look.", "tool_calls": [
                  {"id": "call:1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Paris\"}"}}]},
                {"role": "tool", "tool_call_id": "call:1", "content": "Sunny."},
                {"role": "user", "content": "And in Rome?"}
              ]
            }
            """);
    }

    [Test]
    public async Task Arguments_stay_readable()
    {
        var call = new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Київ <&\"" });
        await Ask(OpenAiProvider.Kind, messages: [new(ChatRole.User, "Hello?"), new(ChatRole.Assistant, [call]), new(ChatRole.Tool, [new FunctionResultContent("1", "Sunny.")])]);
        var asked = _cloud.Asked.Single().GetProperty("messages")[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString();
        Assert.That(asked, Is.EqualTo("""{"city":"Київ <&\""}"""));
    }

    [TestCase("https://api.openai.com/v1", "max_completion_tokens")]
    [TestCase("https://mine.openai.azure.com/openai/v1", "max_completion_tokens")]
    [TestCase("https://models.github.ai/inference", "max_completion_tokens")]
    [TestCase("https://api.mistral.ai/v1", "max_tokens")]
    [TestCase("https://notopenai.com/v1", "max_tokens")]
    [TestCase("http://127.0.0.1:11434/v1", "max_tokens")]
    public async Task Those_who_have_OpenAIs_models_are_told_the_most_tokens_in_its_newer_word(string address, string word)
    {
        using var request = new OpenAiProvider(new() { BaseUrl = address, Models = "large" }).Ask([new(ChatRole.User, "Hello?")], new() { MaxOutputTokens = 9 });
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync());
        Assert.That(body.RootElement.GetProperty(word).GetInt32(), Is.EqualTo(9));
        Assert.That(request.Headers.Authorization, Is.Null, "There is no key.");
    }

    [TestCase("reasoning_content")]
    [TestCase("reasoning")]
    public async Task OpenAIs_answer_is_read_with_thoughts_calls_and_cost(string thoughts)
    {
        _cloud.Answer = ScriptedProvider.Events(
            """{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}],"usage":null}""",
            $$$"""{"choices":[{"index":0,"delta":{"{{{thoughts}}}":"Rome, then."},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"content":"Let me "},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"content":"look again."},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\": \"Ro"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"me\"}"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
            """{"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":42,"total_tokens":73,"prompt_tokens_details":{"cached_tokens":20}}}""");
        var answer = await Ask(OpenAiProvider.Kind);
        AssertWhole(answer);
        Assert.That((answer.Usage?.InputTokenCount, answer.Usage?.OutputTokenCount, answer.Usage?.CachedInputTokenCount), Is.EqualTo((31L, 42L, 20L)));
        var call = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        Assert.That(call.AdditionalProperties?[EngineTags.Arguments], Is.EqualTo("""{"city": "Rome"}"""), "As the model wrote it.");
    }

    [Test]
    public async Task A_list_of_parts_is_read_as_Mistral_means_it()
    {
        _cloud.Answer = ScriptedProvider.Events(
            """{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Rome, "}]}]}}]}""",
            """{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"then."},{"type":"reference","reference_ids":[1]}]}]}}]}""",
            """{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Sunny."}]},"finish_reason":"stop"}]}""");
        var said = (await Ask(OpenAiProvider.Kind)).Messages.SelectMany(message => message.Contents).ToArray();
        Assert.That(string.Concat(said.OfType<TextReasoningContent>().Select(thought => thought.Text)), Is.EqualTo("Rome, then."));
        Assert.That(string.Concat(said.OfType<TextContent>().Select(text => text.Text)), Is.EqualTo("Sunny."));
    }

    [TestCase("stop", "stop")]
    [TestCase("length", "length")]
    [TestCase("tool_calls", "tool_calls")]
    [TestCase("content_filter", "content_filter")]
    [TestCase("something_new", "stop")]
    public async Task OpenAIs_reasons_to_stop(string reason, string finish)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}]}""");
        Assert.That((await Ask(OpenAiProvider.Kind)).FinishReason?.Value, Is.EqualTo(finish));
    }

    [Test]
    public async Task What_OpenAIs_model_says_instead_of_an_answer_is_shown()
    {
        _cloud.Answer = ScriptedProvider.Events(
            """{"choices":[{"index":0,"delta":{"refusal":"I can't help with that."},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        Assert.That((await Ask(OpenAiProvider.Kind)).Text, Is.EqualTo("I can't help with that."));
    }

    [TestCase("""{"type":"server_error","code":null}""", 500)]
    [TestCase("""{"type":"tokens","code":"rate_limit_exceeded"}""", 429)]
    [TestCase("""{"type":"insufficient_quota","code":"insufficient_quota"}""", 429)]
    [TestCase("""{"type":"invalid_request_error","code":"invalid_api_key"}""", 401)]
    [TestCase("""{"type":"invalid_request_error","code":"model_not_found"}""", 404)]
    [TestCase("""{"type":"invalid_request_error","code":"context_length_exceeded"}""", 400)]
    [TestCase("""{"code":503,"message":"no"}""", 503)]
    [TestCase("""{"code":7,"message":"no"}""", 500)]
    public void OpenAIs_error_within_a_stream_is_what_its_status_would_have_been(string error, int status)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"error":{{{error}}}}""");
        Assert.That(async () => await Ask(OpenAiProvider.Kind), Throws.TypeOf<ProviderRefusedException>().With.Property("Status").EqualTo(status));
    }

    [Test]
    public async Task After_OpenAIs_last_word_nobody_waits_for_the_line_to_close()
    {
        var asked = new TaskCompletionSource();
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Stream(context, "Hello.");
            await context.Response.Body.FlushAsync();
            await asked.Task.WaitAsync(context.RequestAborted);
        };
        try
        {
            Assert.That((await Ask(OpenAiProvider.Kind).WaitAsync(TimeSpan.FromSeconds(20))).Text, Is.EqualTo("Hello."));
        }
        finally
        {
            asked.TrySetResult();
        }
    }

    [TestCase("""{"index":-1,"function":{"name":"weather"}}""")]
    [TestCase("""{"index":2000000000,"function":{"name":"weather"}}""")]
    public void A_call_that_is_numbered_absurdly_is_no_answer(string call)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{{{call}}}]}}]}""");
        Assert.That(async () => await Ask(OpenAiProvider.Kind), Throws.InstanceOf<JsonException>());
    }

    [Test]
    public async Task How_our_traces_are_called_is_told_to_nobody()
    {
        using var heard = new ActivityListener { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(heard);
        using var trace = new Activity("asking").Start();
        await Ask(OpenAiProvider.Kind);
        Assert.That(_cloud.Call.Headers.Keys, Has.None.EqualTo("traceparent").IgnoreCase.And.None.EqualTo("baggage").IgnoreCase);
    }
}
