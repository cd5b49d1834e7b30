using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <summary>Permissions are strings of digits too.</summary>
internal sealed class PermissionsConverter : JsonConverter<DiscordPermissions>
{
    public override DiscordPermissions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && ulong.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            ? (DiscordPermissions)bits
            : throw new JsonException("Permissions are a string of digits.");

    public override void Write(Utf8JsonWriter writer, DiscordPermissions value, JsonSerializerOptions options) =>
        writer.WriteStringValue(((ulong)value).ToString(CultureInfo.InvariantCulture));
}
