using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace MeatLizard.EndToEnd.Tests.Discord;

internal sealed record RestReply(int Status, JsonNode? Json, string Text, HttpResponseHeaders Headers)
{
    /// <summary>Discord's own code in an error's body.</summary>
    public int? Code => (int?)Json?["code"];

    public string? Id => (string?)Json?["id"];

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
