using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Application.Inference;

/// <summary>A tool call as the text of a part.</summary>
internal sealed record ToolCallText(string Id, string Name, string Arguments);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ToolCallText))]
[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(IDictionary<string, object?>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class InferenceJson : JsonSerializerContext;
