using System.Text.Json.Serialization;

namespace MeatLizard.Application.Inference;

/// <summary>A tool call as the text of a part.</summary>
internal sealed record ToolCallText(string Id, string Name, string Arguments);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ToolCallText))]
[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(IDictionary<string, object?>))]
internal sealed partial class InferenceJson : JsonSerializerContext;
