using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>A message as JSON: one object in snake_case whose <c>t</c> says which.</summary>
internal static class RelayJson
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 128;

    // Letters travel as they are: the bytes are sealed, never HTML.
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly WireRaw Raw = new();

    private static readonly JsonSerializerOptions Options = new(RelayJsonContext.Default.Options)
    {
        Encoder = Encoder,
        MaxDepth = MaxDepth,
        TypeInfoResolver = RelayJsonContext.Default.WithAddedModifier(Shape),
    };

    // The frequent ones first: they are looked for in this order.
    private static readonly WireType[] ServerReads =
    [
        Of<Chunk>(), Of<Heartbeat>(), Of<Accepted>(), Of<Progress>(), Of<Done>(), Of<Embedding>(), Of<Failed>(), Of<Refused>(), Of<Hello>(),
        Of<Bye>(),
    ];

    private static readonly WireType[] WorkerReads =
        [Of<Infer>(), Of<Ack>(), Of<Cancel>(), Of<Resend>(), Of<Ping>(), Of<Welcome>(), Of<Drain>(), Of<Rotate>()];

    private static readonly JsonTypeInfo<RelayMessage> Any = (JsonTypeInfo<RelayMessage>)Options.GetTypeInfo(typeof(RelayMessage));

    /// <exception cref="ArgumentException">The message holds what JSON can't express: a number that is none, or text that should be JSON
    /// and is not.</exception>
    public static void Write(Utf8JsonWriter writer, RelayMessage message)
    {
        try
        {
            JsonSerializer.Serialize(writer, message, Any);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ArgumentException($"A message {message.GetType().Name} can't be written.", nameof(message), e);
        }
    }

    /// <summary>
    /// Opened with the message; UnknownMessage for a <c>t</c> that does not travel in this direction; else Malformed. Never throws.
    /// </summary>
    public static FrameOutcome Read(ReadOnlySpan<byte> json, FrameDirection direction, out RelayMessage? message)
    {
        message = null;
        try
        {
            var outcome = FindType(json, direction == FrameDirection.ToWorker ? WorkerReads : ServerReads, out var type);
            if (outcome != FrameOutcome.Opened) return outcome;

            message = RelayMessageRules.Completed(JsonSerializer.Deserialize(json, type!) as RelayMessage);
            return message is null ? FrameOutcome.Malformed : FrameOutcome.Opened;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException
            or OverflowException)
        {
            return FrameOutcome.Malformed;
        }
    }

    private static FrameOutcome FindType(ReadOnlySpan<byte> json, WireType[] known, out JsonTypeInfo? type)
    {
        type = null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return FrameOutcome.Malformed;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("t"u8))
            {
                reader.Skip();
                continue;
            }

            if (!reader.Read() || reader.TokenType != JsonTokenType.String) return FrameOutcome.Malformed;

            foreach (var candidate in known)
                if (reader.ValueTextEquals(candidate.Name.EncodedUtf8Bytes))
                {
                    type = candidate.Info;
                    return FrameOutcome.Opened;
                }

            return FrameOutcome.UnknownMessage;
        }

        return FrameOutcome.Malformed;
    }

    private static void Shape(JsonTypeInfo info)
    {
        if (info.Type == typeof(RelayMessage))
        {
            info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "t" };
            foreach (var type in ServerReads.Concat(WorkerReads))
                info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type.Info.Type, type.Name.Value));
        }
        else if (info.Type == typeof(Infer))
        {
            Rename(info, "budget", "budget_ms");
            foreach (var property in info.Properties)
                if (property.Name is "tools" or "tool_choice" or "response_format") property.CustomConverter = Raw;
        }
        else if (info.Type == typeof(Heartbeat))
        {
            Rename(info, "number", "n");
        }
        else if (info.Type == typeof(Done))
        {
            Rename(info, "part_hashes", "part_sha256");
        }
        else if (info.Type == typeof(ModelDescriptor))
        {
            // Only where it is so: what an older worker says reads the same.
            foreach (var property in info.Properties)
                if (property.Name is "supports_images" or "embeds") property.ShouldSerialize = static (_, value) => value is true;
        }
    }

    private static void Rename(JsonTypeInfo info, string from, string to)
    {
        foreach (var property in info.Properties)
            if (property.Name == from) property.Name = to;
    }

    private static WireType Of<T>()
        where T : RelayMessage =>
        new(JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(typeof(T).Name)), Options.GetTypeInfo(typeof(T)));

    private sealed record WireType(JsonEncodedText Name, JsonTypeInfo Info);
}
