using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>Messages of every type, different for every seed, with texts that are hard on an encoder.</summary>
internal sealed class RelaySamples(int seed)
{
    private static readonly string[] Pieces =
    [
        "plain", "äöü ß", "漢字", "🦎🍖", "\"quoted\\", "\0\u0001\u001f", "\u2028\u2029", "\r\n\t", "</script>", "e\u0301",
        "{\"t\":\"x\"}",
    ];

    private readonly Random random = new(seed);

    public IReadOnlyList<ToWorker> Downward() =>
    [
        NewInfer(), new Cancel(Id(), Attempt()), new Drain(), new Ping(Bytes(32)), new Welcome(), new Rotate(Bytes(32)), new Ack(Id(), Attempt()),
        new Resend(Id(), Attempt(), random.Next()),
    ];

    public IReadOnlyList<ToServer> Upward() =>
    [
        NewHello(),
        new Heartbeat(random.NextInt64(long.MaxValue), random.Next(64), random.NextDouble() * 1000,
            Maybe(Text()), Maybe(Text()), Maybe(Text()))
        { Draining = Maybe(Text()), Memory = Maybe(Text()), GpuMemory = Maybe(Text()) },
        new Accepted(Id(), Attempt()),
        new Refused(Id(), Attempt(), Text()),
        new Progress(Id(), Attempt(), Any<ProgressPhase>(), random.NextDouble()),
        NewChunk(),
        new Embedding(Id(), Attempt(), random.Next(), [random.NextSingle(), -random.NextSingle() * 1e20f, 0]),
        new Done
        {
            RequestId = Id(), Attempt = Attempt(), Chunks = random.Next(), FinishReason = Any<FinishReason>(),
            Usage = new TokenUsage(random.Next(), random.Next(), random.Next()),
            Timings = Maybe(new EngineTimings(random.NextDouble() * 1e6, random.NextDouble())), PartHashes = [Hash(), Hash()],
        },
        new Failed(Id(), Attempt(), Text(), Text(), random.Next(2) == 0, random.Next())
        {
            PromptTokens = random.Next(2) == 0 ? null : random.Next(),
        },
        new Bye(),
    ];

    public Chunk NewChunk() => new(Id(), Attempt(), random.Next(), random.Next(9), Any<ChunkKind>(), Text());

    public Infer NewInfer() => new()
    {
        RequestId = Id(),
        Attempt = Attempt(),
        SessionId = Text(),
        Kind = Any<InferKind>(),
        Model = Text(),
        Messages = [new(Any<MessageRole>(), Parts()), new(Any<MessageRole>(), []), new(Any<MessageRole>(), Parts())],
        Parameters = new GenerationOptions
        {
            Temperature = Maybe(random.NextDouble()),
            TopP = Maybe(random.NextDouble()),
            MaxTokens = random.Next(),
            Seed = random.NextInt64(),
            Stop = [Text(), Text()],
            FrequencyPenalty = Maybe(random.NextDouble()),
            PresencePenalty = Maybe(-random.NextDouble()),
        },
        Tools = Maybe("""[{"type":"function","function":{"name":"now","parameters":{"type":"object"}}}]"""),
        ToolChoice = Maybe("\"auto\""),
        ParallelToolCalls = random.Next(3) switch { 0 => null, 1 => true, _ => false },
        ResponseFormat = Maybe("""{"type":"json_object"}"""),
        Budget = TimeSpan.FromMilliseconds(random.Next()),
    };

    public Hello NewHello() => new()
    {
        WorkerEpoch = Bytes(16),
        Challenge = random.Next(2) == 0 ? [] : Bytes(32),
        Version = Text(),
        Slots = random.Next(9),
        Hardware = Maybe(Text()),
        Problem = Maybe(Text()),
        Kept = random.Next(2) == 0 ? null : [new(Id(), Attempt()), new(Id(), Attempt())],
        Models =
        [
            new() { Name = Text(), ContextSize = random.Next(), Slots = random.Next(), SizeBytes = random.NextInt64() },
            new()
            {
                Name = Text(), Title = Text(), ContextSize = 1, Slots = 1, SizeBytes = 1, SupportsTools = true, SupportsReasoning = true, SupportsImages = true, Embeds = true,
            },
        ],
    };

    public IReadOnlyList<MessagePart> Parts() =>
    [
        new TextPart(Text()), new ReasoningPart(Text()), new ToolCallPart(Text(), Text(), "{not json " + Text()),
        new ToolResultPart(Text(), Text()),
        new FilePart(Hash(), Text(), "image/png", random.NextInt64()),
        new ImagePart("image/png", Convert.ToBase64String(Bytes(9))),
        new UnknownPart("video", """{"type":"video","frames":[1,2,{"a":null}],"é":"\u00e9"}"""),
    ];

    public string Text()
    {
        var text = string.Concat(random.GetItems(Pieces, 1 + random.Next(6)));
        return random.Next(20) == 0 ? string.Concat(Enumerable.Repeat(text, 400)) : text;
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private RequestId Id() => new(new Guid(Bytes(16)));

    private int Attempt() => 1 + random.Next(9);

    private string Hash() => Convert.ToHexStringLower(Bytes(32));

    private T? Maybe<T>(T value)
        where T : class => random.Next(2) == 0 ? null : value;

    private double? Maybe(double value) => random.Next(2) == 0 ? null : value;

    private T Any<T>()
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
}
