using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Identity.Oidc;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(OidcDiscovery))]
[JsonSerializable(typeof(OidcTokens))]
internal sealed partial class OidcJson : JsonSerializerContext;
