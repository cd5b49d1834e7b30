using System.Text.Json;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Turns what a worker streamed into the parts of a message.</summary>
public static class ReplyParts
{
    public static MessagePart From(ChunkKind kind, string text) => kind switch
    {
        ChunkKind.Reasoning => new ReasoningPart(text),
        ChunkKind.ToolCall => ToolCall(text),
        _ => new TextPart(text),
    };

    /// <summary>A call is streamed as one JSON object; one that was cut off is kept as it came.</summary>
    public static ToolCallPart ToolCall(string text)
    {
        try
        {
            using var call = JsonDocument.Parse(text);
            var root = call.RootElement;
            return new(
                root.GetProperty("id").GetString() ?? string.Empty,
                root.GetProperty("name").GetString() ?? string.Empty,
                root.GetProperty("arguments").GetString() ?? "{}");
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(string.Empty, string.Empty, text);
        }
    }
}
