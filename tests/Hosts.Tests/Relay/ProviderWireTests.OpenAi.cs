using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Providers;
using Microsoft.AspNetCore.Http;
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
    [TestCase("model_length", "length")]
    [TestCase("something_new", "stop")]
    public async Task OpenAIs_reasons_to_stop(string reason, string finish)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}]}""");
        Assert.That((await Ask(OpenAiProvider.Kind)).FinishReason?.Value, Is.EqualTo(finish));
    }

    [TestCase("""{"choices":[{"index":0,"delta":{"content":"Sunny."}}]}""", "stop")]
    [TestCase("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"weather"}}]},"finish_reason":"stop"}]}""", "tool_calls")]
    [TestCase("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"weather"}}]}}]}""", "tool_calls")]
    public async Task Whoever_has_said_that_it_is_over_need_not_say_why(string said, string finish)
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Line(context, said);
            await ScriptedProvider.Line(context, "[DONE]");
        };
        Assert.That((await Ask(OpenAiProvider.Kind)).FinishReason?.Value, Is.EqualTo(finish));
    }

    [TestCase("error")]
    [TestCase("abort")]
    [TestCase("insufficient_system_resource")]
    public void An_answer_that_has_failed_is_none(string reason)
    {
        _cloud.Answer = ScriptedProvider.Events($$$"""{"choices":[{"index":0,"delta":{"content":"Half an ans"},"finish_reason":"{{{reason}}}"}]}""");
        Assert.That(async () => await Ask(OpenAiProvider.Kind), Throws.TypeOf<ProviderRefusedException>().With.Property("Status").EqualTo(500));
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

    [TestCase("0 a rome, 0 - ", "rome")]
    [TestCase("1 a rome, 1 - , 2 b oslo", "rome oslo", Description = "They need not begin with 0.")]
    [TestCase("-1 a rome, -1 - , 2000000000 b oslo", "rome oslo")]
    [TestCase("0 a rome, 0 b oslo", "rome oslo", Description = "All have one number.")]
    [TestCase("- a rome, - b oslo, - - ", "rome oslo", Description = "None has a number.")]
    [TestCase("0 a rome, 0 a , 0 a ", "rome", Description = "Each piece has the id.")]
    public async Task Calls_are_told_apart_however_they_are_numbered(string pieces, string cities)
    {
        _cloud.Answer = ScriptedProvider.Events(
        [
            .. pieces.Split(", ").Select(piece => Piece(piece.Split(' '))),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        ]);
        var calls = (await Ask(OpenAiProvider.Kind)).Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToArray();
        Assert.That(string.Join(' ', calls.Select(call => call.Name)), Is.EqualTo(cities));
        Assert.That(calls.Select(call => call.AdditionalProperties?[EngineTags.Arguments]), Has.All.EqualTo("{}"));
        Assert.That(calls.Select(call => call.CallId).Distinct().Count(), Is.EqualTo(calls.Length));

        static string Piece(string[] piece) => JsonSerializer.Serialize(new
        {
            choices = new[]
            {
                new
                {
                    delta = new
                    {
                        tool_calls = new[]
                        {
                            new Dictionary<string, object?>
                            {
                                ["index"] = piece[0] == "-" ? null : int.Parse(piece[0], CultureInfo.InvariantCulture),
                                ["id"] = piece[1] == "-" ? null : piece[1],
                                ["function"] = new { name = piece[2].Length > 0 ? piece[2] : null, arguments = "" },
                            },
                        },
                    },
                },
            },
        });
    }

    [Test]
    public void More_calls_than_make_sense_are_no_answer()
    {
        var calls = string.Join(',', Enumerable.Range(0, 129).Select(i => $$$"""{"index":{{{i}}},"id":"{{{i}}}","function":{"name":"weather"}}"""));
        _cloud.Answer = ScriptedProvider.Events($$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{{{calls}}}]}}]}""");
        Assert.That(async () => await Ask(OpenAiProvider.Kind), Throws.InstanceOf<JsonException>());
    }

    [Test]
    public void An_event_that_does_not_end_is_given_up()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(string.Concat(Enumerable.Repeat("data: {\n", 1000)), context.RequestAborted);
            }
        };
        Assert.That(async () => await Ask(OpenAiProvider.Kind), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task A_call_that_is_being_written_is_no_silence()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            for (var i = 0; i < 3; i++)
            {
                await ScriptedProvider.Line(context, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"weather","arguments":" "}}]}}]}""");
            }

            await ScriptedProvider.Line(context, """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""");
        };
        using var chat = Open(OpenAiProvider.Kind);
        var updates = await chat.GetStreamingResponseAsync(Conversation).ToListAsync();
        Assert.That(updates, Has.Count.EqualTo(5), "One for each that came, and the end.");
    }

    [Test]
    public async Task Whoever_refuses_the_older_word_is_told_the_newer_one_from_then_on()
    {
        _cloud.Answer = async context =>
        {
            if (_cloud.Asked.Last().TryGetProperty("max_tokens", out _))
            {
                context.Response.StatusCode = 400;
                await context.Response.WriteAsync("""{"error":{"message":"Unsupported parameter","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""");
                return;
            }

            await ScriptedProvider.Stream(context, "Hello.");
        };
        using var chat = Open(OpenAiProvider.Kind);
        Assert.That((await chat.GetResponseAsync(Conversation, new() { MaxOutputTokens = 9 })).Text, Is.EqualTo("Hello."));
        Assert.That((await chat.GetResponseAsync(Conversation, new() { MaxOutputTokens = 9 })).Text, Is.EqualTo("Hello."));
        Assert.That(_cloud.Asked.Select(asked => asked.TryGetProperty("max_completion_tokens", out _)), Is.EqualTo(new[] { false, true, true }));
    }

    [Test]
    public async Task Questions_that_are_asked_at_once_are_all_put_in_the_newer_word()
    {
        const int many = 5;
        var all = new TaskCompletionSource();
        var refused = 0;
        _cloud.Answer = async context =>
        {
            if (_cloud.Asked.Any(asked => asked.TryGetProperty("max_completion_tokens", out _)) || Interlocked.Increment(ref refused) > many)
            {
                await ScriptedProvider.Stream(context, "Hello.");
                return;
            }

            if (refused == many)
            {
                all.TrySetResult();
            }

            // All of them have been asked before the first is refused.
            await all.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":{"type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""");
        };
        using var chat = Open(OpenAiProvider.Kind);
        var answers = await Task.WhenAll(Enumerable.Range(0, many).Select(_ => chat.GetResponseAsync(Conversation, new() { MaxOutputTokens = 9 })));
        Assert.That(answers.Select(answer => answer.Text), Has.All.EqualTo("Hello."));
        Assert.That(_cloud.Asked.Count(asked => asked.TryGetProperty("max_completion_tokens", out _)), Is.EqualTo(many));
    }

    [TestCase("", "/chat/completions")]
    [TestCase("/openai/v1/?api-version=preview", "/openai/v1/chat/completions?api-version=preview")]
    public async Task What_an_address_asks_for_stays_behind_it(string address, string path)
    {
        using var chat = OpenAiProvider.Kind.Open(new() { BaseUrl = _cloud.Address + address, Models = "large" }, TimeProvider.System);
        await chat.GetResponseAsync(Conversation);
        Assert.That(_cloud.Call.Path, Is.EqualTo(path));
        Assert.That(_cloud.Call.Headers.UserAgent.ToString(), Is.EqualTo("MeatLizard"));
    }

    [TestCase("-1", "4294967295", 0, int.MaxValue)]
    [TestCase("9223372036854775807", "1", int.MaxValue, 1)]
    public async Task What_it_claims_to_have_cost_is_bounded(string prompt, string completion, int counted, int written)
    {
        _cloud.Answer = ScriptedProvider.Events(
            """{"choices":[{"index":0,"delta":{"content":"Hello."},"finish_reason":"stop"}]}""",
            $$$"""{"choices":[],"usage":{"prompt_tokens":{{{prompt}}},"completion_tokens":{{{completion}}}}}""");
        var usage = (await Ask(OpenAiProvider.Kind)).Usage;
        Assert.That((usage?.InputTokenCount, usage?.OutputTokenCount), Is.EqualTo(((long)counted, (long)written)));
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
