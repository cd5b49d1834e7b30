using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>The states that a caller can put a session in: deleting is a call of its own.</summary>
internal sealed class ChosenStatus : JsonConverter<SessionStatus?>
{
    public override bool HandleNull => true;

    public override SessionStatus? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? reader.GetString() switch
            {
                "active" => SessionStatus.Active,
                "archived" => SessionStatus.Archived,
                _ => throw Wrong(),
            }
            : throw Wrong();

    public override void Write(Utf8JsonWriter writer, SessionStatus? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value switch { SessionStatus.Active => "active", SessionStatus.Archived => "archived", _ => null });

    private static FieldException Wrong() => new("", "invalid_value", "A session is put to active or archived.");
}
