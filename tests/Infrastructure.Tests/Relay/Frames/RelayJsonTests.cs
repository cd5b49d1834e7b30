using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>Names and forms of the messages' fields, as docs/protocol.md gives them.</summary>
[TestFixture]
internal sealed class RelayJsonTests
{
    private const string Id = "0192f0c1-2233-7445-8899-aabbccddeeff";

    private static readonly RequestId Request = new(Guid.Parse(Id));

    [Test]
    public void An_infer_reads_as_documented()
    {
        var infer = new Infer
        {
            RequestId = Request,
            Attempt = 1,
            SessionId = "s1",
            Model = "m",
            Messages = [new(MessageRole.User, [new TextPart("hi"), new UnknownPart("video", """{"type":"video"}""")])],
            Parameters = new() { Temperature = 0.5, MaxTokens = 9, Stop = ["x"] },
            Tools = """[{"type": "function"}]""",
            ToolChoice = "\"auto\"",
            ResponseFormat = """{"type":"json_object"}""",
            Budget = TimeSpan.FromSeconds(90),
        };

        Assert.That(Write(infer), Is.EqualTo(
            $$"""{"t":"infer","request_id":"{{Id}}","attempt":1,"session_id":"s1","kind":"chat","model":"m","messages":""" +
            """[{"role":"user","parts":[{"type":"text","text":"hi"},{"type":"video"}]}],"parameters":""" +
            """{"temperature":0.5,"max_tokens":9,"stop":["x"]},"tools":[{"type": "function"}],"tool_choice":"auto","response_format":""" +
            """{"type":"json_object"},"budget_ms":90000}"""));
    }

    [Test]
    public void The_worker_s_messages_read_as_documented()
    {
        Assert.That(Write(new Chunk(Request, 1, 2, 3, ChunkKind.ToolCall, "ü🦎")), Is.EqualTo(
            $$"""{"t":"chunk","request_id":"{{Id}}","attempt":1,"sequence":2,"part":3,"kind":"tool_call","text":"ü\uD83E\uDD8E"}"""));
        Assert.That(Write(new Heartbeat(7, 2, 31.5, Power: "battery")), Is.EqualTo(
            """{"t":"heartbeat","n":7,"slots_free":2,"tokens_per_second":31.5,"power":"battery"}"""));
        Assert.That(Write(new Progress(Request, 1, ProgressPhase.Loading, 0.25)), Is.EqualTo(
            $$"""{"t":"progress","request_id":"{{Id}}","attempt":1,"phase":"loading","fraction":0.25}"""));
        Assert.That(
            Write(new Done
            {
                RequestId = Request,
                Attempt = 1,
                Chunks = 2,
                FinishReason = FinishReason.ToolCalls,
                Usage = new(3, 4, 1),
                Timings = new(1.5, 20),
                PartHashes = [new string('a', 64)],
            }),
            Is.EqualTo(
                $$"""{"t":"done","request_id":"{{Id}}","attempt":1,"chunks":2,"finish_reason":"tool_calls","usage":""" +
                """{"prompt_tokens":3,"completion_tokens":4,"cached_tokens":1},"timings":""" +
                $$"""{"prompt_ms":1.5,"predicted_ms":20},"part_sha256":["{{new string('a', 64)}}"]}"""));
        Assert.That(
            Write(new Hello
            {
                WorkerEpoch = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
                Challenge = [255],
                Version = "1",
                Models = [],
                Slots = 1,
            }),
            Is.EqualTo("""{"t":"hello","worker_epoch":"000102030405060708090a0b0c0d0e0f","challenge":"ff","version":"1","models":[],"slots":1}"""));
    }

    [Test]
    public void A_model_says_that_it_takes_images_or_embeds_only_where_it_does()
    {
        var model = new ModelDescriptor { Name = "m", ContextSize = 1, Slots = 1, SizeBytes = 1 };
        Assert.That(Write(Greeting(model)), Does.Not.Contain("images").And.Not.Contain("embeds"));

        var json = Write(Greeting(model with { SupportsImages = true }));
        Assert.That(json, Does.Contain(""","supports_images":true}"""));
        Read(json, out var read);
        Assert.That(((Hello)read!).Models[0].SupportsImages, Is.True);

        json = Write(Greeting(model with { Embeds = true }));
        Assert.That(json, Does.Contain(""","embeds":true}"""));
        Read(json, out read);
        Assert.That(((Hello)read!).Models[0].Embeds, Is.True);

        static Hello Greeting(ModelDescriptor model) =>
            new() { WorkerEpoch = [.. Enumerable.Repeat((byte)1, 16)], Version = "1", Models = [model], Slots = 1 };
    }

    [Test]
    public void An_image_travels_as_it_is()
    {
        var infer = new RelaySamples(1).NewInfer() with { Messages = [new(MessageRole.User, [new ImagePart("image/gif", "R0lGODlh+/8=")])] };
        var json = Write(infer);
        Assert.That(json, Does.Contain("""{"role":"user","parts":[{"type":"image","media_type":"image/gif","data":"R0lGODlh+/8="}]}"""));
        Assert.That(Infer(json)!.Messages[0].Parts, Is.EqualTo(infer.Messages[0].Parts));
        Assert.That(Infer(json.Replace("R0lG", "%%%%", StringComparison.Ordinal)), Is.Null);
    }

    [Test]
    public void A_field_that_is_unknown_is_ignored_and_t_may_stand_anywhere()
    {
        var outcome = Read($$"""{"new":{"t":"bye","deep":[1,[2]]},"attempt":3,"request_id":"{{Id.ToUpperInvariant()}}","later":null,"t":"accepted"}""", out var message);

        Assert.That(outcome, Is.EqualTo(FrameOutcome.Opened));
        Assert.That(message, Is.EqualTo(new Accepted(Request, 3)));
    }

    [Test]
    public void A_type_that_is_unknown_or_travels_the_other_way_is_told_apart_from_a_malformed_one()
    {
        Assert.That(Read("""{"t":"later","x":1}""", out _), Is.EqualTo(FrameOutcome.UnknownMessage));
        Assert.That(Read("""{"t":"Bye"}""", out _), Is.EqualTo(FrameOutcome.UnknownMessage));
        Assert.That(Read("""{"t":"drain"}""", out _), Is.EqualTo(FrameOutcome.UnknownMessage));
        string[] malformed =
        [
            "", " ", "5", "[]", "null", "{}", """{"t":5}""", """{"t":null}""", """{"t":"bye" """, """{"t":"bye"}}""", "{'t':'bye'}",
            $$"""{"t":"accepted","request_id":"{{Id}}","attempt":1,"attempt":1}""", "\uFEFF{\"t\":\"bye\"}",
        ];
        foreach (var wrong in malformed)
            Assert.That(Read(wrong, out _), Is.EqualTo(FrameOutcome.Malformed), wrong);
        Assert.That(RelayJson.Read([0x7B, 0x22, 0x74, 0x22, 0x3A, 0x22, 0xFF, 0x22, 0x7D], FrameDirection.ToServer, out _),
            Is.Not.EqualTo(FrameOutcome.Opened));
        Assert.That(Read("""{"t":"bye","x":""" + new string('[', 10_000) + new string(']', 10_000) + "}", out _),
            Is.EqualTo(FrameOutcome.Malformed));
    }

    [Test]
    public void A_required_field_that_is_missing_or_null_is_malformed_and_an_optional_one_is_not()
    {
        var optional = new HashSet<string>
        {
            "hello.challenge", "hello.hardware", "hello.problem", "hello.kept", "heartbeat.gpu", "heartbeat.power", "heartbeat.thermal", "heartbeat.draining",
            "heartbeat.memory", "heartbeat.gpu_memory", "done.timings",
            "failed.chunks",
            "failed.prompt_tokens", "infer.kind", "infer.parameters", "infer.tools", "infer.tool_choice", "infer.response_format",
            "infer.parallel_tool_calls",
        };
        var found = new HashSet<string>();
        for (var seed = 1; seed < 20; seed++)
            foreach (var message in new RelaySamples(seed).Upward().Cast<RelayMessage>().Concat(new RelaySamples(seed).Downward()))
            {
                var whole = JsonNode.Parse(Write(message))!.AsObject();
                foreach (var (name, _) in whole)
                {
                    if (name == "t") continue;

                    var part = JsonNode.Parse(Write(message))!.AsObject();
                    part.Remove(name);
                    var outcome = RelayJson.Read(
                        Encoding.UTF8.GetBytes(part.ToJsonString()),
                        message is ToServer ? FrameDirection.ToServer : FrameDirection.ToWorker,
                        out _);
                    var key = $"{whole["t"]}.{name}";
                    Assert.That(outcome, Is.EqualTo(optional.Contains(key) ? FrameOutcome.Opened : FrameOutcome.Malformed), key);
                    found.Add(key);
                }
            }

        Assert.That(found, Is.SupersetOf(optional));
    }

    [Test]
    public void What_is_left_out_has_its_default()
    {
        var infer = Infer($$"""{"t":"infer","request_id":"{{Id}}","attempt":1,"session_id":"s","model":"m","messages":[],"budget_ms":0}""");
        Assert.That(infer!.Parameters, Is.Not.Null);
        Assert.That(infer.Parameters.Stop, Is.Empty);
        Assert.That(infer.Kind, Is.EqualTo(InferKind.Chat));

        infer = Infer($$"""{"t":"infer","request_id":"{{Id}}","attempt":1,"session_id":"s","model":"m","messages":[],"parameters":{"seed":1},"budget_ms":0}""");
        Assert.That(infer!.Parameters.Stop, Is.Empty);

        Read("""{"t":"hello","worker_epoch":"000102030405060708090a0b0c0d0e0f","version":"1","models":[],"slots":1}""", out var hello);
        Assert.That(((Hello)hello!).Challenge, Is.Empty);
    }

    [TestCase("attempt", "0")]
    [TestCase("attempt", "1.5")]
    [TestCase("attempt", "\"1\"")]
    [TestCase("attempt", "9999999999")]
    [TestCase("request_id", "\"x\"")]
    [TestCase("request_id", "5")]
    [TestCase("sequence", "-1")]
    [TestCase("part", "-1")]
    [TestCase("kind", "1")]
    [TestCase("kind", "\"Text\"")]
    [TestCase("kind", "\"text,reasoning\"")]
    [TestCase("kind", "\"\"")]
    [TestCase("text", "null")]
    [TestCase("text", "\"\\ud83d\"")]
    [TestCase("text", "{}")]
    public void A_chunk_with_a_wrong_value_is_malformed(string field, string value)
    {
        var chunk = JsonNode.Parse(Write(new Chunk(Request, 1, 2, 3, ChunkKind.Text, "x")))!.AsObject();
        var fields = chunk.Select(f => f.Key == field ? $"\"{field}\":{value}" : $"\"{f.Key}\":{f.Value!.ToJsonString()}");

        Assert.That(Read("{" + string.Join(",", fields) + "}", out _), Is.EqualTo(FrameOutcome.Malformed));
    }

    [TestCase("00")]
    [TestCase("00000000000000000000000000000000")]
    [TestCase("zz0102030405060708090a0b0c0d0e0f")]
    [TestCase("000102030405060708090a0b0c0d0e0f00")]
    public void An_epoch_is_16_bytes_and_not_zero(string epoch) =>
        Assert.That(Read($$"""{"t":"hello","worker_epoch":"{{epoch}}","version":"1","models":[],"slots":1}""", out _),
            Is.EqualTo(FrameOutcome.Malformed));

    [Test]
    public void A_number_that_overflows_is_malformed()
    {
        Assert.That(Read("""{"t":"heartbeat","n":1,"slots_free":1,"tokens_per_second":1e999}""", out _),
            Is.EqualTo(FrameOutcome.Malformed));
        Assert.That(
            Infer($$"""{"t":"infer","request_id":"{{Id}}","attempt":1,"session_id":"s","model":"m","messages":[],"parameters":{"top_p":1e999},"budget_ms":0}"""),
            Is.Null);
        Assert.That(
            Infer($$"""{"t":"infer","request_id":"{{Id}}","attempt":1,"session_id":"s","model":"m","messages":[],"parameters":{"max_tokens":-1},"budget_ms":0}"""),
            Is.Null);
    }

    [Test]
    public void What_can_not_be_written_is_refused_before_it_is_sealed()
    {
        using var pair = new FramePair();
        using var up = pair.Upward();
        using var down = pair.Downward();

        Assert.That(() => up.Seal(new Heartbeat(1, 1, double.NaN)), Throws.ArgumentException);
        Assert.That(() => down.Seal(new RelaySamples(1).NewInfer() with { Tools = "[{" }), Throws.ArgumentException);
        Assert.That(pair.AtServer(up.Seal(new Bye())[0]), Is.EqualTo(FrameOutcome.Opened), "the next one is whole again");
        Assert.That(pair.AtWorker(down.Seal(new Drain())[0]), Is.EqualTo(FrameOutcome.Opened));
    }

    private static Infer? Infer(string json)
    {
        RelayJson.Read(Encoding.UTF8.GetBytes(json), FrameDirection.ToWorker, out var message);
        return message as Infer;
    }

    private static FrameOutcome Read(string json, out RelayMessage? message) =>
        RelayJson.Read(Encoding.UTF8.GetBytes(json), FrameDirection.ToServer, out message);

    private static string Write(RelayMessage message)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = RelayJson.Encoder }))
            RelayJson.Write(writer, message);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
