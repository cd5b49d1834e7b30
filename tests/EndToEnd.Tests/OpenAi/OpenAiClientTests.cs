using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's own client is pointed at us and works: with a real llama-server behind us, in the server's process and over the link.</summary>
[TestFixture(CarriedServer.InProcess)]
[TestFixture(CarriedServer.Link)]
[Parallelizable(ParallelScope.Self)]
internal sealed partial class OpenAiClientTests(string carrier)
{
    private static readonly object[] Tools =
    [
        new
        {
            type = "function",
            function = new
            {
                name = "look",
                description = "Looks something up",
                parameters = new { type = "object", properties = new { q = new { type = "string" } }, required = (string[])["q"] },
            },
        },
    ];

    private TestFolder _folder = null!;
    private CarriedServer _server = null!;
    private OpenAiClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Write(Model("tiny"), new TestModelOptions { Name = "tiny" });
        TestModel.Write(Model("caller"), new TestModelOptions { Name = "caller", ToolRate = 0.2, EndRate = 0.005 });
        TestModel.Write(Model("thinker"), new TestModelOptions { Name = "thinker", ReasoningEndRate = 0.05, EndRate = 0.01 });
        TestModel.Write(Model("endless"), new TestModelOptions { Name = "endless", Embedding = 256, Layers = 6, FeedForward = 1024, ContextSize = 32768, EndRate = 1e-9 });
        var seeing = new TestModelOptions { Name = "seeing", Seed = 6, EndRate = 1e-9 };
        TestModel.Write(Model("seeing"), seeing);
        TestProjector.Write(Model("mmproj-seeing"), seeing);
        TestModel.Write(Model("vectors"), new TestModelOptions { Name = "vectors", Seed = 5 });
        await File.WriteAllTextAsync(Path.ChangeExtension(Model("vectors"), ".json"), """{"embeddings":true}""");
        _server = await CarriedServer.Start(carrier, _folder);
        _client = new(_server.Address, _server.Key);
        await _server.HasModels(6);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task It_lists_models_and_finds_one()
    {
        var list = await _client.Call("models.list", []);
        Assert.That(list["result"]?["data"]!.AsArray().Select(model => (string?)model!["id"]), Is.EquivalentTo(["caller", "endless", "seeing", "thinker", "tiny", "vectors"]), list.ToJsonString());
        Assert.That((string?)(await _client.Call("models.retrieve", ["tiny"]))["result"]?["object"], Is.EqualTo("model"));
    }

    [TestCase("Why do lizards bask?")]
    [TestCase("Was träumt eine Eidechse? 🦎")]
    public async Task The_same_question_gets_the_same_answer_as_from_llama_server_itself(string question)
    {
        using var llama = await DirectLlama.Start(Model("tiny"));
        var direct = new OpenAiClient(llama.Address, "none");
        object[] messages =
        [
            new { role = "system", content = "Be brief." },
            new { role = "user", content = new[] { new { type = "text", text = "First," }, new { type = "text", text = question } } },
            new { role = "assistant", content = "Go on." },
            new { role = "user", content = question },
        ];
        var body = new { model = "tiny", messages, temperature = 0, seed = 7, max_tokens = 48, top_p = 0.9, frequency_penalty = 0.5, stop = (string[])["zzz"] };
        var (ours, theirs) = (await _client.Chat(body), await direct.Chat(body));
        var streamed = await _client.Stream(new { model = "tiny", messages, temperature = 0, seed = 7, max_tokens = 48, top_p = 0.9, frequency_penalty = 0.5, stop = "zzz", stream = true, stream_options = new { include_usage = true } });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(ours), Is.EqualTo(Text(theirs)).And.Not.Empty);
            Assert.That(Finish(ours), Is.EqualTo(Finish(theirs)));
            Assert.That((int?)ours["usage"]!["prompt_tokens"], Is.EqualTo((int?)theirs["usage"]!["prompt_tokens"]));
            Assert.That((int?)ours["usage"]!["completion_tokens"], Is.EqualTo((int?)theirs["usage"]!["completion_tokens"]));
            Assert.That(string.Concat(streamed.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => (string?)choice!["delta"]!["content"])), Is.EqualTo(Text(theirs)));
            Assert.That((int?)streamed[^1]["usage"]!["completion_tokens"], Is.EqualTo((int?)theirs["usage"]!["completion_tokens"]));
            Assert.That(streamed[^1]["choices"]!.AsArray(), Is.Empty);
        }
    }

    [Test]
    public async Task An_image_is_seen_as_by_llama_server_itself()
    {
        using var llama = await DirectLlama.Start(Model("seeing"), "--mmproj", Model("mmproj-seeing"));
        var direct = new OpenAiClient(llama.Address, "none");
        var url = TestImage.Url(TestImage.Png(255, 0, 0));
        var body = new
        {
            model = "seeing",
            messages = (object[])
            [
                new
                {
                    role = "user",
                    content = (object[])
                    [
                        new { type = "text", text = "What is this?" },
                        new { type = "image_url", image_url = new { url, detail = "auto" } },
                        new { type = "text", text = "Be brief." },
                    ],
                },
            ],
            temperature = 0,
            seed = 7,
            max_tokens = 32,
        };
        var (ours, theirs) = (await _client.Chat(body), await direct.Chat(body));
        object[] input = [new { role = "user", content = (object[])[new { type = "input_image", image_url = url }] }];
        var response = (await _client.Call("responses.create", [new { model = "seeing", input, max_output_tokens = 5, store = false }]))["result"];
        var blind = (await _client.Call("responses.create", [new { model = "tiny", input, store = false }]))["error"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(ours), Is.EqualTo(Text(theirs)).And.Not.Empty);
            Assert.That((int?)ours["usage"]!["prompt_tokens"], Is.EqualTo((int?)theirs["usage"]!["prompt_tokens"]));
            Assert.That((int?)response?["usage"]!["input_tokens"], Is.GreaterThan(TestProjector.Tokens));
            Assert.That(((int?)blind?["status"], (string?)blind?["code"], (string?)blind?["param"]), Is.EqualTo((400, "model_without_images", "model")));
        }
    }

    [Test]
    public async Task A_model_calls_a_tool_and_hears_what_it_returned([Values] bool stream)
    {
        var first = new { role = "user", content = "hello" };
        var body = new { model = "caller", messages = (object[])[first], tools = Tools, tool_choice = "required", parallel_tool_calls = false, seed = 3, max_tokens = 600, stream };
        JsonNode call;
        if (stream)
        {
            var chunks = await _client.Stream(body);
            call = chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => choice!["delta"]!["tool_calls"]).First(calls => calls is not null)![0]!;
            Assert.That(chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => (string?)choice!["finish_reason"]).Last(), Is.EqualTo("tool_calls"));
            Assert.That((int?)call["index"], Is.Zero);
        }
        else
        {
            var answer = await _client.Chat(body);
            Assert.That(Finish(answer), Is.EqualTo("tool_calls"), answer.ToJsonString());
            call = answer["choices"]![0]!["message"]!["tool_calls"]![0]!;
        }

        Assert.That((string?)call["function"]!["name"], Is.EqualTo("look"));
        Assert.That(JsonNode.Parse((string)call["function"]!["arguments"]!)!["q"], Is.Not.Null);
        object[] next =
        [
            first,
            new { role = "assistant", content = (string?)null, tool_calls = new[] { new { id = (string?)call["id"], type = "function", function = call["function"] } } },
            new { role = "tool", tool_call_id = (string?)call["id"], content = "found" },
        ];
        var after = await _client.Chat(new { model = "caller", messages = next, tools = Tools, tool_choice = "none", max_tokens = 5 });
        Assert.That((int?)after["usage"]!["prompt_tokens"], Is.GreaterThan(20));
    }

    [Test]
    public async Task The_clients_own_loop_of_tools_goes_on_with_what_it_has_made_of_an_answer([Values] bool stream)
    {
        var said = await _client.RunTools(
            new { model = "caller", messages = Said("hello"), tools = Tools, tool_choice = "required", parallel_tool_calls = false, seed = 3, max_tokens = 600, stream }, rounds: 2);
        Assert.That(said.Count(message => (string?)message!["role"] == "assistant"), Is.EqualTo(2), said.ToJsonString());
        Assert.That((string?)said[^1]!["role"], Is.EqualTo("tool"));
    }

    [Test]
    public async Task One_tool_can_be_insisted_upon()
    {
        var answer = await _client.Chat(new
        {
            model = "caller",
            messages = Said("hello"),
            tools = (object[])[.. Tools, new { type = "function", function = new { name = "leave", parameters = new { type = "object", properties = new { } } } }],
            tool_choice = new { type = "function", function = new { name = "leave" } },
            parallel_tool_calls = false,
            seed = 3,
            max_tokens = 600,
        });
        Assert.That((string?)answer["choices"]![0]!["message"]!["tool_calls"]?[0]!["function"]!["name"], Is.EqualTo("leave"), answer.ToJsonString());
    }

    [Test]
    public async Task An_answer_has_the_form_that_was_asked_for()
    {
        var schema = new { type = "object", properties = new { ok = new { type = "boolean" } }, required = (string[])["ok"], additionalProperties = false };
        var answer = await _client.Chat(new
        {
            model = "tiny",
            messages = Said("Is it?"),
            response_format = new { type = "json_schema", json_schema = new { name = "verdict", strict = true, schema } },
            seed = 1,
            max_tokens = 300,
        });
        Assert.That(JsonNode.Parse(Text(answer))!["ok"]!.GetValueKind(), Is.AnyOf(JsonValueKind.True, JsonValueKind.False));
    }

    [Test]
    public async Task Texts_become_the_vectors_that_llama_server_itself_makes_of_them()
    {
        using var llama = await DirectLlama.Start(Model("vectors"), "--embeddings", "--pooling", "mean");
        var direct = new OpenAiClient(llama.Address, "none");
        string[] input = ["A lizard basks.", "Es regnet. 🦎"];
        var theirs = await direct.Call("embeddings.create", [new { model = "vectors", input, encoding_format = "float" }]);

        // Without a format the client asks for base64, and unpacks it.
        var unpacked = await _client.Call("embeddings.create", [new { model = "vectors", input }]);
        var numbers = await _client.Call("embeddings.create", [new { model = "vectors", input, encoding_format = "float" }]);
        using (Assert.EnterMultipleScope())
        {
            foreach (var ours in (JsonNode[])[unpacked, numbers])
            {
                Assert.That(ours["result"]?["data"]!.AsArray().Select(one => (int?)one!["index"]), Is.EqualTo((int?[])[0, 1]), ours.ToJsonString());
                for (var i = 0; i < input.Length; i++)
                {
                    Assert.That(Vector(ours, i), Is.EqualTo(Vector(theirs, i)).Within(1e-5).And.Some.Not.Zero);
                }
            }

            Assert.That((int?)numbers["result"]?["usage"]!["prompt_tokens"], Is.EqualTo((int?)theirs["result"]?["usage"]!["prompt_tokens"]));
        }

        var one = await _client.Call("embeddings.create", [new { model = "vectors", input = input[1], encoding_format = "float" }]);
        Assert.That(Vector(one, 0), Is.EqualTo(Vector(theirs, 1)).Within(1e-5));
    }

    [Test]
    public async Task A_model_does_what_it_is_made_for_and_says_so()
    {
        (JsonNode Said, string Code, string Param)[] all =
        [
            (await _client.Call("embeddings.create", [new { model = "tiny", input = "x" }]), "embeddings_unsupported", "model"),
            (await Ask(new { model = "vectors", messages = Said("x") }), "chat_unsupported", "model"),
            (await _client.Call("embeddings.create", [new { model = "vectors", input = "x", dimensions = 2 }]), "unsupported_parameter", "dimensions"),
            (await _client.Call("embeddings.create", [new { model = "vectors", input = (int[])[1, 2] }]), "unsupported_value", "input[0]"),
            (await _client.Call("embeddings.create", [new { model = "vectors", input = string.Join(' ', Enumerable.Repeat("word", 3000)) }]), "input_too_long", "input"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (said, code, param) in all)
            {
                var error = said["error"];
                Assert.That(((int?)error?["status"], (string?)error?["code"], (string?)error?["param"]), Is.EqualTo((400, code, param)), said.ToJsonString());
            }
        }
    }

    [Test]
    public async Task A_kept_answer_is_taken_for_a_new_one()
    {
        var question = new { model = "tiny", messages = Said("What is kept?"), seed = 3 };
        var first = await _client.Call("chat.completions.create", [question], cache: "use");
        var again = await _client.Call("chat.completions.create", [question], cache: "use");
        var streamed = await _client.Call(
            "chat.completions.create", [new { question.model, question.messages, question.seed, stream = true }], cache: "use");
        object[] embedding = [new { model = "vectors", input = "Why do lizards bask?" }];
        var vector = await _client.Call("embeddings.create", embedding, cache: null);
        var sameVector = await _client.Call("embeddings.create", embedding, cache: null);
        Assert.That(Finish(first["result"]!), Is.EqualTo("stop"), "Only answers that the model has ended itself are kept.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                new[] { first, again, streamed, vector, sameVector }.Select(said => (string?)said["cache"]),
                Is.EqualTo(["miss", "hit", "hit", "miss", "hit"]));
            Assert.That(Text(again["result"]!), Is.EqualTo(Text(first["result"]!)));
            Assert.That(again["result"]!["usage"]!.ToJsonString(), Is.EqualTo(first["result"]!["usage"]!.ToJsonString()));
            Assert.That(
                string.Concat(streamed["events"]!.AsArray().SelectMany(chunk => chunk!["choices"]!.AsArray()).Select(choice => (string?)choice!["delta"]!["content"])),
                Is.EqualTo(Text(first["result"]!)));
            Assert.That(sameVector["result"]!.ToJsonString(), Is.EqualTo(vector["result"]!.ToJsonString()));
        }
    }

    [Test]
    public async Task Errors_are_those_that_the_client_knows()
    {
        var stranger = new OpenAiClient(_server.Address, "ml_wrong");
        (JsonNode Said, string Kind, int Status, string Code, string? Param)[] all =
        [
            (await stranger.Call("models.list", []), "AuthenticationError", 401, "invalid_api_key", null),
            (await Ask(new { model = "nobody", messages = Said("x") }), "NotFoundError", 404, "model_not_found", "model"),
            (await Ask(new { model = "tiny", messages = Said("x"), logit_bias = new { a = 1 } }), "BadRequestError", 400, "unsupported_parameter", "logit_bias"),
            (await Ask(new { model = "tiny", messages = Said("x"), top_k = 1 }), "BadRequestError", 400, "unknown_parameter", "top_k"),
            (await Ask(new { model = "tiny", messages = Said(string.Join(' ', Enumerable.Repeat("word", 5000))) }), "BadRequestError", 400, "context_length_exceeded", "messages"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (said, kind, status, code, param) in all)
            {
                var error = said["error"];
                Assert.That(
                    ((string?)error?["kind"], (int?)error?["status"], (string?)error?["code"], (string?)error?["param"]),
                    Is.EqualTo((kind, status, code, param)),
                    said.ToJsonString());
            }
        }
    }

    [Test]
    public async Task Whoever_leaves_frees_the_slot_for_the_next()
    {
        var left = await _client.Call("chat.completions.create", [new { model = "endless", messages = Said("hello"), stream = true }], leaveAfter: 3);
        Assert.That(left["events"]?.AsArray(), Has.Count.EqualTo(3), left.ToJsonString());
        await Eventually.Is(async () => await _server.SlotsFree() == 1);

        // The one slot there is.
        Assert.That(Finish(await _client.Chat(new { model = "endless", messages = Said("hello"), max_tokens = 3 })), Is.EqualTo("length"));
    }

    private static object[] Said(string text) => [new { role = "user", content = text }];

    private static double[] Vector(JsonNode said, int index) =>
        [.. (said["result"]?["data"]![index]!["embedding"] ?? throw new AssertionException(said.ToJsonString())).AsArray().Select(number => (double)number!)];

    private static string Text(JsonNode answer) => (string?)answer["choices"]![0]!["message"]!["content"] ?? "";

    private static string? Finish(JsonNode answer) => (string?)answer["choices"]![0]!["finish_reason"];

    private Task<JsonNode> Ask(object body) => _client.Call("chat.completions.create", [body]);

    private string Model(string name) => Path.Combine(_folder.File("models"), name + ".gguf");
}
