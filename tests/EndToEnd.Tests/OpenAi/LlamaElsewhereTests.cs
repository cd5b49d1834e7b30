using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>
/// A real llama-server elsewhere, asked as a provider by OpenAI's API: through us it says what it says when it is asked itself. Models end by
/// themselves, and draw by the same seed.
/// </summary>
[TestFixture]
internal sealed class LlamaElsewhereTests
{
    private const string Chats = "v1/chat/completions";

    private static readonly JsonArray Tools = JsonNode.Parse(
        """[{"type":"function","function":{"name":"look","description":"Looks","parameters":{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}}}]""")!.AsArray();

    private readonly Dictionary<string, DirectLlama> _llamas = [];
    private TestFolder _folder = null!;
    private ProductProcess _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        var brief = new TestModelOptions { EndRate = 0.05 };
        foreach (var options in new[] { brief with { Name = "tiny" }, brief with { Name = "caller", ToolRate = 0.3 }, brief with { Name = "thinker", ReasoningEndRate = 0.3 } })
        {
            _llamas[options.Name] = await DirectLlama.Start(TestModel.Write(_folder.File($"{options.Name}.gguf"), options));
        }

        string[] providers = [.. _llamas.SelectMany(llama => new[] { $"--Providers:{llama.Key}:BaseUrl={llama.Value.Address}v1", $"--Providers:{llama.Key}:Models={llama.Key}" })];
        _server = await ProductProcess.StartBuilt(_folder.File("data"), ["--Relay:LocalWorker=false", "--Relay:WorkerGrace=00:00:00.1", .. providers]);
        await _server.SignUp();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        foreach (var llama in _llamas.Values)
        {
            llama.Dispose();
        }

        _folder.Dispose();
    }

    [TestCase("tiny", "hello")]
    [TestCase("tiny", "Wie geht's, Ørsted?")]
    [TestCase("tiny", "hello", true)]
    [TestCase("thinker", "hello")]
    [TestCase("caller", "hello")]
    [TestCase("caller", "Wie geht's, Ørsted?")]
    public async Task Its_words_thoughts_calls_and_counts_are_its_own(string model, string said, bool schema = false)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = said }),
            ["temperature"] = model == "caller" ? 1 : 0,
            ["max_tokens"] = 400,
            ["seed"] = 3,
        };
        if (schema)
        {
            body["response_format"] = JsonNode.Parse("""{"type":"json_schema","json_schema":{"name":"yes","strict":true,"schema":{"type":"object","properties":{"yes":{"type":"boolean"}},"required":["yes"]}}}""");
        }

        if (model == "caller")
        {
            body["tools"] = Tools.DeepClone();
            body["tool_choice"] = "required";
        }

        var there = await Answered(_llamas[model].Address, body);
        var here = await Answered(_server.Address, body);
        Assert.That(Told(here), Is.EqualTo(Told(there)));
        Assert.That(Told(here), Does.Match(model switch { "thinker" => @"^[^|]*\| \w", "caller" => @"look \{.*\}", _ => @"^[\w{]" }));
    }

    [Test]
    public async Task A_call_and_what_it_returned_are_told_it_as_they_were()
    {
        var body = JsonNode.Parse("""
            {"model":"tiny","temperature":0,"max_tokens":50,"messages":[
              {"role":"system","content":"Be brief."},
              {"role":"user","content":"look"},
              {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"q\":\"it\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"found"},
              {"role":"user","content":"and?"}]}
            """)!.AsObject();
        var there = await Answered(_llamas["tiny"].Address, body);
        var here = await Answered(_server.Address, body);
        Assert.That(Told(here), Is.EqualTo(Told(there)), "The prompt is the same, token by token.");
    }

    private static string Told(JsonNode answer)
    {
        var (choice, usage) = (answer["choices"]![0]!, answer["usage"]!);
        var message = choice["message"]!;
        var calls = (message["tool_calls"]?.AsArray() ?? []).Select(call => $"{call!["function"]!["name"]} {call["function"]!["arguments"]}");
        return $"{message["content"]} | {message["reasoning_content"]} | {string.Join(';', calls)} | {choice["finish_reason"]} | {usage["prompt_tokens"]} {usage["completion_tokens"]}";
    }

    private async Task<JsonNode> Answered(Uri address, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, Chats)) { Content = JsonContent.Create(body) };
        using var answer = await _server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, text);
        return JsonNode.Parse(text)!;
    }
}
