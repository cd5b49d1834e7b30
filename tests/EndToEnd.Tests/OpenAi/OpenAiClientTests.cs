using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>OpenAI's own client is pointed at us and works: with a real llama-server behind us, in the server's process and over the link.</summary>
[TestFixture("in_process")]
[TestFixture("link")]
internal sealed class OpenAiClientTests(string carrier)
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
    private ProductProcess _server = null!;
    private WorkerProcess? _worker;
    private OpenAiClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Write(Model("tiny"), new TestModelOptions { Name = "tiny" });
        TestModel.Write(Model("caller"), new TestModelOptions { Name = "caller", ToolRate = 0.2, EndRate = 0.005 });
        TestModel.Write(Model("endless"), new TestModelOptions { Name = "endless", Embedding = 256, Layers = 6, FeedForward = 1024, ContextSize = 32768, EndRate = 1e-9 });
        var seeing = new TestModelOptions { Name = "seeing", Seed = 6, EndRate = 1e-9 };
        TestModel.Write(Model("seeing"), seeing);
        TestProjector.Write(Model("mmproj-seeing"), seeing);
        TestModel.Write(Model("vectors"), new TestModelOptions { Name = "vectors", Seed = 5 });
        await File.WriteAllTextAsync(Path.ChangeExtension(Model("vectors"), ".json"), """{"embeddings":true}""");
        string[] engine = [$"--Inference:LlamaServer={TestLlama.Binary}", "--Inference:Slots=1", "--Inference:Threads=1"];
        var local = carrier == "in_process";
        _server = await ProductProcess.StartBuilt(
            _folder.File("data"),
            local ? [$"--Inference:Models={_folder.File("models")}", "--Limits:PerMinute=10000", .. engine] : ["--Relay:LocalWorker=false", "--Limits:PerMinute=10000"]);
        _client = new(_server.Address, await _server.SignUp());
        if (!local)
        {
            using var invited = await _server.Http.PostAsJsonAsync("api/v1/admin/workers", new { name = "anna-mac" });
            var code = (await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
            await WorkerProcess.Enrol(_server.Address, code, _folder.File("worker"));
            _worker = WorkerProcess.Start(_folder.File("worker"), _folder, engine);
        }

        await Eventually.Is(async () => (await _server.Http.GetFromJsonAsync<JsonElement>("v1/models")).GetProperty("data").GetArrayLength() == 5);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task It_lists_models_and_finds_one()
    {
        var list = await _client.Call("models.list", []);
        Assert.That(list["result"]?["data"]!.AsArray().Select(model => (string?)model!["id"]), Is.EquivalentTo(["caller", "endless", "seeing", "tiny", "vectors"]), list.ToJsonString());
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
        await Eventually.Is(async () => await SlotsFree() == 0);
        var cancelled = await _client.Call("responses.cancel", [id]);
        Assert.That((string?)cancelled["result"]?["status"], Is.EqualTo("cancelled"), cancelled.ToJsonString());
        await Eventually.Is(async () => await SlotsFree() == 1);
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
        await Eventually.Is(async () => await SlotsFree() == 1);

        // The one slot there is.
        Assert.That(Finish(await _client.Chat(new { model = "endless", messages = Said("hello"), max_tokens = 3 })), Is.EqualTo("length"));
    }

    private static object[] Said(string text) => [new { role = "user", content = text }];

    private static double[] Vector(JsonNode said, int index) =>
        [.. (said["result"]?["data"]![index]!["embedding"] ?? throw new AssertionException(said.ToJsonString())).AsArray().Select(number => (double)number!)];

    private static string Text(JsonNode answer) => (string?)answer["choices"]![0]!["message"]!["content"] ?? "";

    private static string? Finish(JsonNode answer) => (string?)answer["choices"]![0]!["finish_reason"];

    private Task<JsonNode> Ask(object body) => _client.Call("chat.completions.create", [body]);

    private async Task<int> SlotsFree() => (await _server.Http.GetFromJsonAsync<JsonElement>("api/v1/admin/workers"))
        .GetProperty("items").EnumerateArray().First(worker => worker.GetProperty("state").GetString() == "online").GetProperty("slots_free").GetInt32();

    private string Model(string name) => Path.Combine(_folder.File("models"), name + ".gguf");
}
