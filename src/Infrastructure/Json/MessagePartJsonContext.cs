using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Json;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(MessagePartConverter)])]
[JsonSerializable(typeof(StoredParts))]
internal sealed partial class MessagePartJsonContext : JsonSerializerContext;
