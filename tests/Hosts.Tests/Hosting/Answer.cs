using System.Text.Json;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>Of a refusal; under /v1 it stands in OpenAI's envelope.</summary>
    public string? Code => !Text.StartsWith('{') ? null
        : Json.TryGetProperty("code", out var code) ? code.GetString()
        : Json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error.GetProperty("code").GetString()
        : null;

    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors)
        ? errors.EnumerateObject().Select(error => error.Name)
        : [];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Id => Json.GetProperty("id").GetString()!;
}
