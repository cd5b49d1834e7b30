using System.Text.Json.Serialization;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>What stands in Redis as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelDescriptor[]))]
[JsonSerializable(typeof(CachedAnswer))]
internal sealed partial class RedisJson : JsonSerializerContext;
