using System.Text.Json.Nodes;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>
/// The same call to us and to llama-server itself: field by field the same, but for what docs/openai.md lists; and what it lists does differ.
/// Models end soon by themselves, so that their greedy answers do.
/// </summary>
[TestFixture(CarriedServer.InProcess)]
[TestFixture(CarriedServer.Link)]
internal sealed class LlamaComparisonTests(string carrier)
{
    private const string Chats = "v1/chat/completions";
    private const string Responses = "v1/responses";
    private const string Embeddings = "v1/embeddings";

    private readonly Dictionary<string, DirectLlama> _llamas = [];
    private TestFolder _folder = null!;
    private CarriedServer _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        var brief = new TestModelOptions { EndRate = 0.3 };
        Write(brief with { Name = "tiny" });
        Write(brief with { Name = "caller", ToolRate = 0.3 });
        Write(brief with { Name = "thinker", ReasoningEndRate = 0.3 });
        Write(brief with { Name = "vectors", Seed = 5 });
        await File.WriteAllTextAsync(Path.ChangeExtension(Model("vectors"), ".json"), """{"embeddings":true}""");
        _server = await CarriedServer.Start(carrier, _folder);
        foreach (var name in (string[])["tiny", "caller", "thinker", "vectors"])
        {
            _llamas[name] = await DirectLlama.Start(Model(name), name == "vectors" ? ["--embeddings", "--pooling", "mean"] : []);
        }

        await _server.HasModels(_llamas.Count);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var llama in _llamas.Values)
        {
            llama.Dispose();
        }

        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_chat_differs_only_as_listed()
    {
        var all = new Differences();
        HashSet<string?> ends = [];
        foreach (var body in ComparedCalls.Chats)
        {
            var (here, there) = await Answered(Chats, body);
            all.Compare(JsonNode.Parse(here), JsonNode.Parse(there));
            ends.Add((string?)JsonNode.Parse(here)!["choices"]![0]!["finish_reason"]);
        }

        Assert.That(ends, Is.EquivalentTo(["stop", "length", "tool_calls"]));
        Listed("chat", all);
    }

    [Test]
    public async Task A_streamed_chat_differs_only_as_listed()
    {
        var all = new Differences();
        foreach (var body in ComparedCalls.Chats)
        {
            var (here, there) = await Answered(Chats, With(body, ("stream", true), ("stream_options", new JsonObject { ["include_usage"] = true })));
            all.CompareLists(LlamaAnswers.Chunks(here), LlamaAnswers.Chunks(there), "", "chunk");
            Assert.That(here.TrimEnd(), Does.EndWith("data: [DONE]"));
        }

        var (without, direct) = await Answered(Chats, With(ComparedCalls.Chats[0], ("stream", true)));
        all.CompareLists(LlamaAnswers.Chunks(without), LlamaAnswers.Chunks(direct), "", "chunk");
        Listed("chat, streamed", all);
    }

    [Test]
    public async Task A_response_differs_only_as_listed()
    {
        var all = new Differences();
        foreach (var body in ComparedCalls.Responses)
        {
            var (here, there) = await Answered(Responses, body);
            all.Compare(JsonNode.Parse(here), JsonNode.Parse(there));
        }

        Listed("response", all);
    }

    [Test]
    public async Task A_streamed_response_differs_only_as_listed()
    {
        var all = new Differences();
        foreach (var body in ComparedCalls.Responses)
        {
            var (here, there) = await Answered(Responses, With(body, ("stream", true)));
            var (ours, theirs) = (LlamaAnswers.ByType(here), LlamaAnswers.ByType(there));
            all.OnlyHere.UnionWith(ours.Keys.Except(theirs.Keys).Select(type => $"event {type}"));
            all.OnlyThere.UnionWith(theirs.Keys.Except(ours.Keys).Select(type => $"event {type}"));
            foreach (var type in ours.Keys.Intersect(theirs.Keys))
            {
                all.CompareLists(ours[type], theirs[type], "", type);
            }
        }

        Listed("response, streamed", all);
    }

    [Test]
    public async Task Vectors_differ_only_as_listed()
    {
        var all = new Differences();
        foreach (var body in ComparedCalls.Embeddings)
        {
            var (here, there) = await Answered(Embeddings, body);
            all.Compare(JsonNode.Parse(here), JsonNode.Parse(there));
        }

        Listed("embeddings", all);
    }

    [Test]
    public async Task The_list_of_models_differs_only_as_listed()
    {
        var (_, here) = await LlamaAnswers.Ask(_server.Address, _server.Key, "v1/models", null);
        var (_, there) = await LlamaAnswers.Ask(_llamas["tiny"].Address, null, "v1/models", null);
        var (ours, theirs) = (JsonNode.Parse(here)!.AsObject(), JsonNode.Parse(there)!.AsObject());

        // One llama-server has one model.
        ours["data"] = new JsonArray(ours["data"]!.AsArray().Single(model => (string?)model!["id"] == "tiny")!.DeepClone());
        var all = new Differences();
        all.Compare(ours, theirs);
        Listed("models", all);
    }

    [Test]
    public async Task An_error_differs_only_as_listed()
    {
        var all = new Differences();
        foreach (var (path, body) in ComparedCalls.Refused)
        {
            var (here, there) = await Both(path, body);
            Assert.That((here.Status, there.Status), Is.EqualTo((400, 400)), $"{here.Text} {there.Text}");
            all.Compare(JsonNode.Parse(here.Text), JsonNode.Parse(there.Text));
        }

        Listed("errors", all);
    }

    [Test]
    public async Task What_only_one_of_the_two_answers_is_listed()
    {
        Assert.That(ListedDifferences.Statuses.Keys, Is.EquivalentTo(ComparedCalls.OneSided.Keys));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, (path, body)) in ComparedCalls.OneSided)
            {
                var (here, there) = await Both(path, body);
                Assert.That((here.Status, there.Status), Is.EqualTo(ListedDifferences.Statuses[name]), $"{name}: {here.Text} {there.Text}");
            }
        }
    }

    /// <summary>What the documentation says of how parameters are meant: the same as if llama-server had been asked otherwise.</summary>
    [TestCase("named choice", "another choice")]
    [TestCase("no parameters", "empty parameters")]
    public async Task What_is_meant_differently_is_another_call_to_llama_server(string asked, string meant)
    {
        var here = await LlamaAnswers.Ask(_server.Address, _server.Key, Chats, ComparedCalls.Meant[asked]);
        var there = await LlamaAnswers.Ask(_llamas["caller"].Address, null, Chats, ComparedCalls.Meant[meant]);
        var literally = await LlamaAnswers.Ask(_llamas["caller"].Address, null, Chats, ComparedCalls.Meant[asked]);
        Assert.That(Said(here), Is.EqualTo(Said(there)));
        Assert.That(Said(literally), Is.Not.EqualTo(Said(there)), "else there is nothing to say about it");

        static string Said((int Status, string Text) answer)
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            var body = JsonNode.Parse(answer.Text)!;
            return $"{string.Join(' ', body["choices"]![0]!["message"]!["tool_calls"]?.AsArray().Select(call => call!["function"]!.ToJsonString()) ?? [])} {body["usage"]!["prompt_tokens"]}";
        }
    }

    [Test]
    public async Task What_an_assistant_has_begun_is_said_once()
    {
        var (here, there) = await Answered(Chats, ComparedCalls.Meant["begun"]);
        var (said, again) = (Text(here), Text(there));
        Assert.That(said, Is.Not.Empty);
        Assert.That(again, Is.EqualTo("Well,\n" + said));

        static string? Text(string answer) => (string?)JsonNode.Parse(answer)!["choices"]![0]!["message"]!["content"];
    }

    [Test]
    public async Task The_form_of_a_response_holds_here_alone()
    {
        var (here, there) = await Answered(Responses, ComparedCalls.Meant["form"]);
        Assert.That(Text(here), Does.Match("""^\s*\{\s*"ok"\s*:\s*(true|false)\s*\}\s*$"""));
        Assert.That(Text(there), Does.Not.StartWith("{"));

        static string? Text(string answer) => (string?)JsonNode.Parse(answer)!["output"]![0]!["content"]![0]!["text"];
    }

    /// <summary>All that differs is listed, and all that is listed differs; but for what is drawn or counted for each call, listed under "any".</summary>
    private static void Listed(string answer, Differences found)
    {
        var (any, listed) = (ListedDifferences.Fields["any"].Single()[2], ListedDifferences.Fields[answer].Single());
        var others = found.OtherValue.Where(one => !any.Contains(one.Path.Split('.')[^1]))
            .Select(one => listed[2].Contains(one.Path) ? one.Path : $"{one.Path}: {one.Here}");
        using (Assert.EnterMultipleScope())
        {
            AreSame(found.OnlyHere, listed[0], "only here");
            AreSame(found.OnlyThere, listed[1], "only there");
            AreSame(others, listed[2], "another value");
        }
    }

    /// <param name="listed">With <c>.*</c> at the end: whatever is below that.</param>
    private static void AreSame(IEnumerable<string> found, string[] listed, string column)
    {
        var named = found.Select(one => listed.FirstOrDefault(name => name.EndsWith(".*", StringComparison.Ordinal) && one.StartsWith(name[..^1], StringComparison.Ordinal)) ?? one);
        Assert.That(named.Distinct(), Is.EquivalentTo(listed), $"{column}: {string.Join(", ", found.Select(one => $"`{one}`"))}");
    }

    private static JsonObject With(JsonObject body, params (string Name, JsonNode Value)[] also)
    {
        var more = body.DeepClone().AsObject();
        foreach (var (name, value) in also)
        {
            more[name] = value;
        }

        return more;
    }

    private async Task<(string Here, string There)> Answered(string path, JsonObject body)
    {
        var (here, there) = await Both(path, body);
        Assert.That((here.Status, there.Status), Is.EqualTo((200, 200)), $"{here.Text} {there.Text}");
        return (here.Text, there.Text);
    }

    private async Task<((int Status, string Text) Here, (int Status, string Text) There)> Both(string path, JsonObject? body) =>
        (await LlamaAnswers.Ask(_server.Address, _server.Key, path, body),
            await LlamaAnswers.Ask(_llamas[(string?)body?["model"] is { } model && _llamas.ContainsKey(model) ? model : "tiny"].Address, null, path, body));

    private void Write(TestModelOptions options) => TestModel.Write(Model(options.Name), options);

    private string Model(string name) => Path.Combine(_folder.File("models"), name + ".gguf");
}
