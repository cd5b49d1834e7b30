using System.Text.Json;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Text.StartsWith('{') && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public IEnumerable<string> Fields => Json.TryGetProperty("errors", out var errors)
        ? errors.EnumerateObject().Select(error => error.Name)
        : [];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Id => Json.GetProperty("id").GetString()!;
}
