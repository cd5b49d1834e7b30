using System.Text.Json.Nodes;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>What a model does by itself: it calls a tool, it thinks before it speaks.</summary>
internal sealed partial class OpenAiClientTests
{
    /// <summary>Nothing makes this model call but its own next token, which opens a call at one word in five.</summary>
    [Test]
    public async Task A_model_that_may_choose_calls_a_tool_by_itself([Values] bool stream)
    {
        object Asked(string choice) => new { model = "caller", messages = Said("hello"), tools = Tools, tool_choice = choice, seed = 3, max_tokens = 600, stream };
        Assert.That(await Calls(Asked("auto"), stream), Is.Not.Empty.And.All.EqualTo("look"));
        Assert.That(await Calls(Asked("none"), stream), Is.Empty);
    }

    [Test]
    public async Task What_a_model_thinks_comes_apart_from_what_it_says_and_may_be_sent_back()
    {
        object Asked(bool stream) => new { model = "thinker", messages = Said("hello"), seed = 7, max_tokens = 400, stream };
        var message = (await _client.Chat(Asked(false)))["choices"]![0]!["message"]!;
        var deltas = (await _client.Stream(Asked(true))).SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!["delta"]!).ToArray();
        var next = await _client.Chat(new { model = "thinker", messages = (object[])[.. Said("hello"), message, .. Said("And?")], max_tokens = 3 });
        var without = await _client.Chat(
            new { model = "thinker", messages = (object[])[.. Said("hello"), new { role = "assistant", content = (string?)message["content"] }, .. Said("And?")], max_tokens = 3 });
        using (Assert.EnterMultipleScope())
        {
            foreach (var name in (string[])["reasoning_content", "content"])
            {
                Assert.That((string?)message[name], Is.Not.Empty.And.EqualTo(string.Concat(deltas.Select(delta => (string?)delta[name]))), name);
            }

            Assert.That(
                Array.FindLastIndex(deltas, delta => delta["reasoning_content"] is not null),
                Is.LessThan(Array.FindIndex(deltas, delta => delta["content"] is { } text && (string?)text != "")));
            Assert.That((int?)next["usage"]!["prompt_tokens"], Is.GreaterThan((int)without["usage"]!["prompt_tokens"]!), "the model is shown what it has thought");
        }
    }

    /// <summary>Cut off in its thoughts, or in a call.</summary>
    [TestCase("thinker", "reasoning")]
    [TestCase("caller", "function_call")]
    public async Task What_was_cut_off_is_incomplete_whether_it_comes_whole_or_streamed_or_is_stored(string model, string type)
    {
        object[]? tools = model == "caller" ? [new { type = "function", name = "look", parameters = new { type = "object", properties = new { q = new { type = "string" } }, required = (string[])["q"] } }] : null;
        object Asked(bool stream, bool background) => new { model, input = "hello", temperature = 0, max_output_tokens = 40, tools, tool_choice = tools is null ? null : "required", stream, background };
        var whole = (await _client.Call("responses.create", [Asked(false, false)]))["result"]!;
        var streamed = (await _client.Call("responses.create", [Asked(true, false)]))["events"]!.AsArray()[^1]!;
        var id = (string)(await _client.Call("responses.create", [Asked(false, true)]))["result"]!["id"]!;
        var stored = whole;
        await Eventually.Is(async () => (string?)(stored = (await _client.Call("responses.retrieve", [id, new { }]))["result"]!)["status"] == "incomplete");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)streamed["type"], Is.EqualTo("response.incomplete"));
            Assert.That(((string?)whole["output"]!.AsArray()[^1]!["type"], (string?)whole["output"]!.AsArray()[^1]!["status"]), Is.EqualTo((type, "incomplete")), whole.ToJsonString());
            Assert.That(Items(streamed["response"]!), Is.EqualTo(Items(whole)));
            Assert.That(Items(stored), Is.EqualTo(Items(whole)));
        }

        // And may be sent back as it is.
        object[] input = [new { role = "user", content = "hello" }, .. whole["output"]!.AsArray().Select(item => item!), new { role = "user", content = "And?" }];
        var next = await _client.Call("responses.create", [new { model, input, max_output_tokens = 3 }]);
        Assert.That(next["error"], Is.Null, next.ToJsonString());
    }

    /// <summary>Without what is drawn for each.</summary>
    private static IEnumerable<string> Items(JsonNode response) => response["output"]!.AsArray().Select(item =>
    {
        var copy = item!.DeepClone().AsObject();
        copy.Remove("id");
        copy.Remove("call_id");
        return copy.ToJsonString();
    });

    /// <summary>Which tools it has called.</summary>
    private async Task<IEnumerable<string?>> Calls(object body, bool stream)
    {
        var messages = stream
            ? (await _client.Stream(body)).SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!["delta"])
            : [(await _client.Chat(body))["choices"]![0]!["message"]];
        return [.. messages.SelectMany(message => message!["tool_calls"]?.AsArray() ?? []).Select(call => (string?)call!["function"]!["name"])];
    }
}
