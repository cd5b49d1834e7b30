using System.Text.Json.Serialization;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>What stands in <c>worker_presence</c> as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelDescriptor[]))]
internal sealed partial class NeighbourJson : JsonSerializerContext;
