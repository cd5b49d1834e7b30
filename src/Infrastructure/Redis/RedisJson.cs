using System.Text.Json.Serialization;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>What stands in Redis as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelDescriptor[]))]
internal sealed partial class RedisJson : JsonSerializerContext;
