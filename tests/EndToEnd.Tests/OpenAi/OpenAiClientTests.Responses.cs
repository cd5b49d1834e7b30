using System.Text.Json.Nodes;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>Responses: answered at once, streamed, stored.</summary>
internal sealed partial class OpenAiClientTests
{
    [Test]
    public async Task A_response_is_the_same_answer_in_its_own_form()
    {
        var chat = await _client.Chat(new { model = "tiny", messages = (object[])[new { role = "system", content = "Be brief." }, .. Said("Why?")], temperature = 0, max_tokens = 24 });
        var whole = (await _client.Call("responses.create", [new { model = "tiny", instructions = "Be brief.", input = "Why?", temperature = 0, max_output_tokens = 24, store = false }]))["result"]!;
        var item = whole["output"]!.AsArray().Single()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)item["content"]![0]!["text"], Is.EqualTo(Text(chat)), whole.ToJsonString());
            Assert.That((string?)whole["output_text"], Is.EqualTo(Text(chat)), "what the client puts together");
            Assert.That((string?)whole["status"], Is.EqualTo(Finish(chat) == "length" ? "incomplete" : "completed"));
            Assert.That((int?)whole["usage"]!["output_tokens"], Is.EqualTo((int?)chat["usage"]!["completion_tokens"]));
        }
    }

    [Test]
    public async Task A_response_is_streamed_in_numbered_events()
    {
        var said = await _client.Call("responses.create", [new { model = "tiny", input = "Why?", max_output_tokens = 24, stream = true, store = false }]);
        var events = said["events"]!.AsArray().Select(one => one!).ToArray();
        var types = events.Select(one => (string)one["type"]!).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(events.Select(one => (int)one["sequence_number"]!), Is.EqualTo(Enumerable.Range(0, events.Length)));
            Assert.That(types[..4], Is.EqualTo((string[])["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]));
            Assert.That(types[^4..^1], Is.EqualTo((string[])["response.output_text.done", "response.content_part.done", "response.output_item.done"]));
            Assert.That(types[^1], Is.AnyOf("response.completed", "response.incomplete"));
            var text = string.Concat(events.Where(one => (string?)one["type"] == "response.output_text.delta").Select(one => (string?)one["delta"]));
            Assert.That((string?)events[^4]["text"], Is.EqualTo(text).And.Not.Empty);
            Assert.That((string?)events[^1]["response"]!["output"]![0]!["content"]![0]!["text"], Is.EqualTo(text));
        }
    }

    [Test]
    public async Task A_response_calls_a_tool_and_hears_what_it_returned()
    {
        object[] tools = [new { type = "function", name = "look", parameters = new { type = "object", properties = new { q = new { type = "string" } }, required = (string[])["q"] }, strict = true }];
        object[] input = [new { role = "user", content = "hello" }];
        var body = new { model = "caller", input, tools, tool_choice = "required", parallel_tool_calls = false, max_output_tokens = 600, store = false };
        var first = (await _client.Call("responses.create", [body]))["result"]!;

        // A random model may call on and on.
        var calls = first["output"]!.AsArray().Select(item => item!).TakeWhile(item => (string?)item["type"] != "function_call").Count() + 1;
        var call = first["output"]![calls - 1]!;
        Assert.That((string?)call["name"], Is.EqualTo("look"), first.ToJsonString());
        Assert.That(JsonNode.Parse((string)call["arguments"]!)!["q"], Is.Not.Null);

        object[] next = [.. input, .. first["output"]!.AsArray().Select(item => item!).Take(calls), new { type = "function_call_output", call_id = (string?)call["call_id"], output = "found" }];
        var second = await _client.Call("responses.create", [new { model = "caller", input = next, tools, tool_choice = "none", max_output_tokens = 5, store = false }]);
        Assert.That((int?)second["result"]?["usage"]!["input_tokens"], Is.GreaterThan((int)first["usage"]!["input_tokens"]!), second.ToJsonString());
    }

    [Test]
    public async Task A_response_in_the_background_is_asked_for_until_it_has_ended_read_from_any_event_and_deleted()
    {
        var made = (await _client.Call("responses.create", [new { model = "tiny", input = "Why?", max_output_tokens = 24, temperature = 0, background = true }]))["result"]!;
        var id = (string)made["id"]!;
        Assert.That((string?)made["status"], Is.EqualTo("queued"), made.ToJsonString());
        var ended = made;
        await Eventually.Is(async () => (string?)(ended = (await _client.Call("responses.retrieve", [id, new { }]))["result"]!)["status"] is "completed" or "incomplete");

        var whole = (await _client.Call("responses.retrieve", [id, new { stream = true }]))["events"]!.AsArray().Select(one => one!.ToJsonString()).ToArray();
        var rest = (await _client.Call("responses.retrieve", [id, new { stream = true, starting_after = 4 }]))["events"]!.AsArray().Select(one => one!.ToJsonString());
        var input = (await _client.Call("responses.inputItems.list", [id, new { }]))["result"]!;
        var late = (await _client.Call("responses.cancel", [id]))["result"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)ended["output_text"], Is.Not.Empty, ended.ToJsonString());
            Assert.That(JsonNode.Parse(whole[^1])!["response"]!["output"]!.ToJsonString(), Is.EqualTo(ended["output"]!.ToJsonString()));
            Assert.That(JsonNode.Parse(whole[1])!["type"]!.ToString(), Is.EqualTo("response.queued"));
            Assert.That(rest, Is.EqualTo(whole[5..]));
            Assert.That((string?)input["data"]![0]!["content"]![0]!["text"], Is.EqualTo("Why?"), input.ToJsonString());
            Assert.That((string?)late["status"], Is.EqualTo((string?)ended["status"]), "what has ended stays as it is");
        }

        Assert.That((await _client.Call("responses.delete", [id]))["error"], Is.Null);
        Assert.That((string?)(await _client.Call("responses.retrieve", [id, new { }]))["error"]?["kind"], Is.EqualTo("NotFoundError"));
    }

    [Test]
    public async Task A_response_in_the_background_is_cancelled_and_its_slot_is_free()
    {
        var made = (await _client.Call("responses.create", [new { model = "endless", input = "hello", background = true }]))["result"]!;
        var id = (string)made["id"]!;
        await Eventually.Is(async () => await _server.SlotsFree() == 0);
        var cancelled = await _client.Call("responses.cancel", [id]);
        Assert.That((string?)cancelled["result"]?["status"], Is.EqualTo("cancelled"), cancelled.ToJsonString());
        await Eventually.Is(async () => await _server.SlotsFree() == 1);
        Assert.That((string?)(await _client.Call("responses.cancel", [id]))["result"]?["status"], Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task A_response_goes_on_from_one_that_was_stored()
    {
        var first = (await _client.Call("responses.create", [new { model = "tiny", input = "Why?", max_output_tokens = 8, temperature = 0, store = true }]))["result"]!;
        var gone = await _client.Call("responses.create", [new { model = "tiny", input = "And now?", max_output_tokens = 8, temperature = 0, store = true, previous_response_id = (string?)first["id"] }]);
        object[] all = [new { role = "user", content = "Why?" }, .. first["output"]!.AsArray().Select(item => item!), new { role = "user", content = "And now?" }];
        var sent = await _client.Call("responses.create", [new { model = "tiny", input = all, max_output_tokens = 8, temperature = 0 }]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)gone["result"]?["output_text"], Is.EqualTo((string?)sent["result"]?["output_text"]), gone.ToJsonString());
            Assert.That((int?)gone["result"]?["usage"]!["input_tokens"], Is.EqualTo((int?)sent["result"]?["usage"]!["input_tokens"]));
        }

        var nowhere = await _client.Call("responses.create", [new { model = "tiny", input = "x", previous_response_id = "resp_1" }]);
        Assert.That(((int?)nowhere["error"]?["status"], (string?)nowhere["error"]?["param"]), Is.EqualTo((404, "previous_response_id")), nowhere.ToJsonString());
    }

    [TestCase("conversation", "conv_1", "unsupported_parameter")]
    [TestCase("truncation", "auto", "unsupported_value")]
    [TestCase("colour", "red", "unknown_parameter")]
    public async Task What_a_response_can_not_be_is_refused_by_name(string parameter, object value, string code)
    {
        var said = await _client.Call("responses.create", [new Dictionary<string, object> { ["model"] = "tiny", ["input"] = "x", [parameter] = value }]);
        Assert.That(((int?)said["error"]?["status"], (string?)said["error"]?["code"], (string?)said["error"]?["param"]), Is.EqualTo((400, code, parameter)), said.ToJsonString());
    }
}
