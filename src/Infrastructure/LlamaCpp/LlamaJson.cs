using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.LlamaCpp;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ModelSettings))]
[JsonSerializable(typeof(LlamaChunk))]
[JsonSerializable(typeof(LlamaProps))]
[JsonSerializable(typeof(LlamaEmbeddingOrder))]
[JsonSerializable(typeof(LlamaEmbeddingAnswer))]
[JsonSerializable(typeof(IDictionary<string, object?>))]
internal sealed partial class LlamaJson : JsonSerializerContext;
