using System.Text.Json.Serialization;

namespace MeatLizard.Bench;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BareMessage))]
[JsonSerializable(typeof(BareTaken))]
internal sealed partial class BareJson : JsonSerializerContext;

internal sealed record BareMessage(string Content);

/// <summary>As much as the product says of a message that it has taken.</summary>
internal sealed record BareTaken(Guid Id, Guid SessionId, string Role, string Text, string Status, DateTimeOffset CreatedAt, Guid RequestId, string State);
