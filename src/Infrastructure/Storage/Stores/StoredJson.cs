using System.Text.Json.Serialization;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(StoredSettings))]
[JsonSerializable(typeof(RelayDeadlines))]
internal sealed partial class StoredJson : JsonSerializerContext;
