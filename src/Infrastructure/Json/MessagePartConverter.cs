using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Json;

/// <summary>
/// A typed part as an object with <c>type</c>. A type that this version does not know is kept as the JSON that it came as, so that a later
/// version finds it whole.
/// </summary>
internal sealed class MessagePartConverter : JsonConverter<MessagePart>
{
    public override bool HandleNull => true;

    public override MessagePart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = Parse(ref reader);
        var part = document.RootElement;
        if (part.ValueKind != JsonValueKind.Object) throw new JsonException("A part is an object.");

        var type = Text(part, "type");
        return type switch
        {
            "text" => new TextPart(Text(part, "text")),
            "reasoning" => new ReasoningPart(Text(part, "text")),
            "tool_call" => new ToolCallPart(Text(part, "call_id"), Text(part, "name"), Text(part, "arguments")),
            "tool_result" => new ToolResultPart(Text(part, "call_id"), Text(part, "content")),
            "file" => new FilePart(Text(part, "sha256"), Text(part, "name"), Text(part, "media_type"), Size(part)),
            "image" => new ImagePart(Text(part, "media_type"), Base64Text(part)),
            _ => new UnknownPart(type, part.GetRawText()),
        };
    }

    public override void Write(Utf8JsonWriter writer, MessagePart value, JsonSerializerOptions options)
    {
        if (value is UnknownPart unknown)
        {
            writer.WriteRawValue(unknown.Json);
            return;
        }

        writer.WriteStartObject();
        switch (value)
        {
            case TextPart text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Text);
                break;
            case ReasoningPart reasoning:
                writer.WriteString("type"u8, "reasoning"u8);
                writer.WriteString("text"u8, reasoning.Text);
                break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_call"u8);
                writer.WriteString("call_id"u8, call.CallId);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, call.Arguments);
                break;
            case ToolResultPart result:
                writer.WriteString("type"u8, "tool_result"u8);
                writer.WriteString("call_id"u8, result.CallId);
                writer.WriteString("content"u8, result.Content);
                break;
            case FilePart file:
                writer.WriteString("type"u8, "file"u8);
                writer.WriteString("sha256"u8, file.Sha256);
                writer.WriteString("name"u8, file.Name);
                writer.WriteString("media_type"u8, file.MediaType);
                writer.WriteNumber("size"u8, file.Size);
                break;
            case ImagePart image:
                writer.WriteString("type"u8, "image"u8);
                writer.WriteString("media_type"u8, image.MediaType);
                writer.WriteString("data"u8, image.Data);
                break;
            default:
                throw new NotSupportedException($"No JSON is defined for {value.GetType().Name}.");
        }

        writer.WriteEndObject();
    }

    private static JsonDocument Parse(ref Utf8JsonReader reader)
    {
        try
        {
            return JsonDocument.ParseValue(ref reader);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A part holds text that is no Unicode.", e);
        }
    }

    private static string Text(JsonElement part, string name)
    {
        if (!part.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            throw new JsonException($"A part lacks its text '{name}'.");

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // An escaped half of a surrogate pair.
            throw new JsonException($"A part's '{name}' is no Unicode.", e);
        }
    }

    private static string Base64Text(JsonElement part) =>
        Text(part, "data") is var data && Base64.IsValid(data) ? data : throw new JsonException("An image's 'data' is no base64.");

    private static long Size(JsonElement part) =>
        part.TryGetProperty("size", out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var size) && size >= 0
            ? size
            : throw new JsonException("A file lacks its 'size'.");
}
