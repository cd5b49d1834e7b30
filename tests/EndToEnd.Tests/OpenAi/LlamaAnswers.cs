using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>Answers as they came over HTTP, brought into a form in which two of them can be compared.</summary>
internal static class LlamaAnswers
{
    /// <param name="body">Null: GET.</param>
    public static async Task<(int Status, string Text)> Ask(Uri address, string? key, string path, JsonObject? body)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        http.DefaultRequestHeaders.Add("X-MeatLizard-Cache", "off");
        using var content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/json");
        using var answer = body is null ? await http.GetAsync(path) : await http.PostAsync(path, content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The chunks of a streamed chat, those of one text or one call in a row put together, for how it is cut into pieces differs.</summary>
    public static IReadOnlyList<JsonNode?> Chunks(string stream)
    {
        List<JsonNode?> whole = [];
        foreach (var chunk in Events(stream))
        {
            if (whole.Count == 0 || !Grow(Delta(whole[^1]), Delta(chunk)))
            {
                whole.Add(chunk);
            }
        }

        return whole;
    }

    /// <summary>The events of a streamed response, by type; deltas put together.</summary>
    public static Dictionary<string, IReadOnlyList<JsonNode?>> ByType(string stream) => Events(stream).GroupBy(one => (string)one!["type"]!).ToDictionary(
        same => same.Key, IReadOnlyList<JsonNode?> (same) => same.Key.EndsWith(".delta", StringComparison.Ordinal) ? [Joined([.. same])] : [.. same]);

    private static IEnumerable<JsonNode?> Events(string stream) => stream.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line["data: ".Length..]));

    private static JsonObject? Delta(JsonNode? chunk) => chunk?["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]?.AsObject() : null;

    /// <returns>Whether it was the same thing's next piece.</returns>
    private static bool Grow(JsonObject? text, JsonObject? piece)
    {
        if (text is null || piece is null || text.ContainsKey("role"))
        {
            return false;
        }

        foreach (var name in (string[])["content", "reasoning_content"])
        {
            if (text[name]?.GetValueKind() == JsonValueKind.String && piece[name] is { } more)
            {
                text[name] = (string?)text[name] + (string?)more;
                return true;
            }
        }

        if (text["tool_calls"]?[0] is not { } call || piece["tool_calls"]?[0] is not { } rest || (int?)call["index"] != (int?)rest["index"])
        {
            return false;
        }

        call["function"]!["arguments"] = (string?)call["function"]!["arguments"] + (string?)rest["function"]!["arguments"];
        return true;
    }

    private static JsonNode Joined(JsonNode?[] deltas)
    {
        deltas[0]!["delta"] = string.Concat(deltas.Select(one => (string?)one!["delta"]));
        return deltas[0]!;
    }
}
