using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>What comes in on a socket; which fields are needed follows from the type.</summary>
/// <param name="Id">The caller's own, echoed in the answer.</param>
/// <param name="Requests">With resume: the last event received of each request; 0 for all.</param>
internal sealed record SocketRequest(
    [property: JsonConverter(typeof(SnakeCase<SocketVerb>))] SocketVerb Type,
    string Id,
    Guid? SessionId = null,
    MessageContent? Content = null,
    string? ClientMessageId = null,
    Guid? RequestId = null,
    IReadOnlyDictionary<Guid, long>? Requests = null,
    bool Html = false)
{
    /// <summary>The id of a message that cannot be taken, as far as it can be read: its sender would know which one was meant.</summary>
    public static string? IdOf(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                _ = reader.Read();
                if (isId)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Broken off before the id, or the id is no text.
        }

        return null;
    }
}
