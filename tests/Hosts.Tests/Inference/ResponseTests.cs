using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>/v1/responses and /v1/embeddings as a caller sees them; what a model makes of it is scripted.</summary>
[TestFixture]
internal sealed class ResponseTests
{
    private const string Path = "/v1/responses";

    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        _caller = await _host.Member("caller");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task What_was_thought_and_what_was_said_are_items_of_their_own()
    {
        var answer = await _caller.Post(Path, new { model = "echo", input = "think of lizards", metadata = new { a = "b" }, user = "u" });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var output = answer.Json.GetProperty("output");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Json.GetProperty("status").GetString(), Is.EqualTo("completed"));
            Assert.That(answer.Json.GetProperty("store").GetBoolean(), Is.False);
            Assert.That(answer.Json.GetProperty("metadata").GetProperty("a").GetString(), Is.EqualTo("b"));
            Assert.That(output.EnumerateArray().Select(item => item.GetProperty("type").GetString()), Is.EqualTo(["reasoning", "message"]));
            Assert.That(output[0].GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("Let me see."));
            Assert.That(output[1].GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("think of lizards"));
            Assert.That(answer.Json.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(10));
        }
    }

    [Test]
    public async Task An_answer_that_was_cut_off_is_incomplete()
    {
        var answer = await _caller.Post(Path, new { model = "echo", input = "cut this" });
        Assert.That(answer.Json.GetProperty("status").GetString(), Is.EqualTo("incomplete"), answer.Text);
        Assert.That(answer.Json.GetProperty("incomplete_details").GetProperty("reason").GetString(), Is.EqualTo("max_output_tokens"));
    }

    [Test]
    public async Task The_events_are_numbered_and_their_items_are_whole()
    {
        var events = await _caller.Events(Path, new { model = "echo", input = "think of lizards", stream = true });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(events.Select(one => one.Data.GetProperty("sequence_number").GetInt32()), Is.EqualTo(Enumerable.Range(0, events.Count)));
            Assert.That(events.Select(one => one.Data.GetProperty("type").GetString()), Is.EqualTo(events.Select(one => one.Event)));
            Assert.That(
                events.Select(one => one.Event).Where(name => !name.EndsWith("text.delta", StringComparison.Ordinal)),
                Is.EqualTo((string[])
                [
                    "response.created", "response.in_progress",
                    "response.output_item.added", "response.content_part.added", "response.reasoning_text.done", "response.content_part.done", "response.output_item.done",
                    "response.output_item.added", "response.content_part.added", "response.output_text.done", "response.content_part.done", "response.output_item.done",
                    "response.completed",
                ]));
            Assert.That(Joined(events, "response.reasoning_text.delta"), Is.EqualTo("Let me see."));
            Assert.That(Joined(events, "response.output_text.delta"), Is.EqualTo("think of lizards"));
            var response = events[^1].Data.GetProperty("response");
            Assert.That(response.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("think of lizards"));
            Assert.That(response.GetProperty("usage").GetProperty("output_tokens").GetInt32(), Is.EqualTo(3));
            Assert.That(events[0].Data.GetProperty("response").GetProperty("status").GetString(), Is.EqualTo("in_progress"));
        }
    }

    [Test]
    public async Task What_came_out_can_be_put_in_again()
    {
        var first = (await _caller.Post(Path, new { model = "echo", input = "think first" })).Json.GetProperty("output").EnumerateArray().Cast<object>();
        object[] input = [new { role = "user", content = "think first" }, .. first, new { role = "user", content = new[] { new { type = "input_text", text = "and then" } } }];
        var next = await _caller.Post(Path, new { model = "echo", instructions = "Be brief.", input });
        Assert.That(next.Status, Is.EqualTo(200), next.Text);
        Assert.That(next.Json.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString(), Is.EqualTo("and then"));
    }

    [TestCase("""{"model":"echo","input":"x","store":false,"background":true}""", "unsupported_value", "background")]
    [TestCase("""{"model":"echo","input":"x","conversation":"conv_1"}""", "unsupported_parameter", "conversation")]
    [TestCase("""{"model":"echo","input":"x","reasoning":{"effort":"low"}}""", "unsupported_parameter", "reasoning.effort")]
    [TestCase("""{"model":"echo","input":"x","include":["message.output_text.logprobs"]}""", "unsupported_parameter", "include")]
    [TestCase("""{"model":"echo","input":"x","colour":1}""", "unknown_parameter", "colour")]
    [TestCase("""{"model":"echo","input":7}""", "invalid_value", "input")]
    [TestCase("""{"model":"echo","input":[]}""", "invalid_value", "input")]
    [TestCase("""{"model":"echo","input":[{"type":"computer_call"}]}""", "unsupported_value", "input[0].type")]
    [TestCase("""{"model":"echo","input":[{"role":"user","content":[{"type":"input_file","file_id":"x"}]}]}""", "unsupported_value", "input[0].content[0].type")]
    [TestCase("""{"model":"echo","input":[{"role":"developer","content":[{"type":"input_image","image_url":"data:"}]}]}""", "unsupported_value", "input[0].content[0].type")]
    [TestCase("""{"model":"echo","input":[{"role":"user","content":"\ud800"}]}""", "invalid_text", "input[0].content")]
    [TestCase("""{"model":"echo","input":"x","tools":[{"type":"web_search"}]}""", "unsupported_value", "tools[0].type")]
    [TestCase("""{"model":"echo","input":"x","tool_choice":"required"}""", "invalid_value", "tool_choice")]
    [TestCase("""{"model":"echo","input":"x","store":true,"tool_choice":{"type":"function","name":"look"}}""", "invalid_value", "tool_choice.name")]
    [TestCase("""{"model":"echo","input":"x","tool_choice":"\ud800"}""", "invalid_text", "tool_choice")]
    [TestCase("""{"model":"echo","input":"x","text":{"format":{"name":"a","schema":{}}}}""", "unsupported_value", "text.format.type")]
    [TestCase("""{"model":"echo","input":[{"type":"reasoning","summary":[]}]}""", "invalid_request", "input")]
    [TestCase("""{"model":"echo","input":"x","text":{"format":{"type":"json_schema","name":"a"}}}""", "invalid_value", "text.format.schema")]
    [TestCase("""{"model":"echo","input":"x","store":true,"temperature":3}""", "invalid_request", "temperature")]
    [TestCase("""{"model":"echo","input":"x","max_output_tokens":0}""", "invalid_value", "max_output_tokens")]
    [TestCase("""{"model":"echo","input":"x","metadata":{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk":"v"}}""", "invalid_value", "metadata")]
    [TestCase("""{"model":"echo","store":true,"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAAA="}]}]}""", "unsupported_value", "input")]
    public async Task What_is_wrong_is_named(string body, string code, string param)
    {
        var answer = await _caller.PostRaw(Path, body);
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        var error = answer.Json.GetProperty("error");
        Assert.That((error.GetProperty("code").GetString(), error.GetProperty("param").GetString()), Is.EqualTo((code, param)), answer.Text);
    }

    [TestCase("""{"model":"echo","input":"x","dimensions":3}""", "dimensions", "unsupported_parameter")]
    [TestCase("""{"model":"echo","input":[1,2]}""", "input[0]", "unsupported_value")]
    [TestCase("""{"model":"echo","input":""}""", "input", "invalid_value")]
    [TestCase("""{"model":"echo","input":[]}""", "input", "invalid_value")]
    [TestCase("""{"model":"echo","input":"x","encoding_format":"hex"}""", "encoding_format", "unsupported_value")]
    public async Task What_can_not_be_embedded_is_named(string body, string param, string code)
    {
        var answer = await _caller.PostRaw("/v1/embeddings", body);
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        var error = answer.Json.GetProperty("error");
        Assert.That((error.GetProperty("code").GetString(), error.GetProperty("param").GetString()), Is.EqualTo((code, param)), answer.Text);
    }

    private static string Joined(List<(string? Id, string Event, JsonElement Data)> events, string name) =>
        string.Concat(events.Where(one => one.Event == name).Select(one => one.Data.GetProperty("delta").GetString()));
}
