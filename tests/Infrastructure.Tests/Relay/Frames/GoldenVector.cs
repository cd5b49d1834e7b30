using System.Text.Json.Nodes;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>One message and the frames that carry it, as the frozen file has them. Bytes are hex.</summary>
internal sealed record GoldenVector
{
    public required string Name { get; init; }

    public required string Root { get; init; }

    /// <summary>The worker's; of a ping all zeros.</summary>
    public required string Epoch { get; init; }

    public required bool ToWorker { get; init; }

    public required string Binding { get; init; }

    public required string StreamId { get; init; }

    /// <summary>Of the first frame.</summary>
    public required uint Sequence { get; init; }

    /// <summary>The JSON that is sealed, before compression.</summary>
    public required string Message { get; init; }

    public required bool Brotli { get; init; }

    public required IReadOnlyList<string> Frames { get; init; }

    /// <summary>The frames as text, where the carrier takes text; else none.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>The second writing of ML1, with this vector's keys.</summary>
    public FrameForge Forge => new()
    {
        Root = Convert.FromHexString(Root),
        ToWorker = ToWorker,
        Epoch = Convert.FromHexString(Epoch),
        StreamId = Convert.FromHexString(StreamId),
        Binding = Binding,
    };

    public byte[][] FrameBytes() => [.. Frames.Select(Convert.FromHexString)];

    public override string ToString() => Name;

    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["root"] = Root,
        ["epoch"] = Epoch,
        ["to_worker"] = ToWorker,
        ["binding"] = Binding,
        ["stream_id"] = StreamId,
        ["sequence"] = Sequence,
        ["message"] = Message,
        ["brotli"] = Brotli,
        ["frames"] = new JsonArray([.. Frames.Select(frame => JsonValue.Create(frame))]),
        ["texts"] = new JsonArray([.. Texts.Select(text => JsonValue.Create(text))]),
    };

    public static GoldenVector From(JsonNode json) => new()
    {
        Name = (string)json["name"]!,
        Root = (string)json["root"]!,
        Epoch = (string)json["epoch"]!,
        ToWorker = (bool)json["to_worker"]!,
        Binding = (string)json["binding"]!,
        StreamId = (string)json["stream_id"]!,
        Sequence = (uint)json["sequence"]!,
        Message = (string)json["message"]!,
        Brotli = (bool)json["brotli"]!,
        Frames = [.. json["frames"]!.AsArray().Select(frame => (string)frame!)],
        Texts = [.. json["texts"]!.AsArray().Select(text => (string)text!)],
    };
}
