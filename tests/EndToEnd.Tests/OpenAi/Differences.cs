using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>Where our JSON and llama-server's differ, by the paths of the members; places in lists have no number.</summary>
internal sealed class Differences
{
    /// <summary>Their decimals say more digits than a float has.</summary>
    private const double Rounding = 1e-6;

    public HashSet<string> OnlyHere { get; } = [];

    public HashSet<string> OnlyThere { get; } = [];

    /// <summary>The path, and the value here.</summary>
    public HashSet<(string Path, string Here)> OtherValue { get; } = [];

    public void Compare(JsonNode? here, JsonNode? there, string path = "")
    {
        if (here is JsonObject ours && there is JsonObject theirs)
        {
            foreach (var name in ours.Select(member => member.Key).Union(theirs.Select(member => member.Key)))
            {
                var member = path.Length == 0 ? name : $"{path}.{name}";
                if (!theirs.ContainsKey(name))
                {
                    OnlyHere.Add(member);
                }
                else if (!ours.ContainsKey(name))
                {
                    OnlyThere.Add(member);
                }
                else
                {
                    Compare(ours[name], theirs[name], member);
                }
            }
        }
        else if (here is JsonArray our && there is JsonArray their)
        {
            CompareLists([.. our], [.. their], path + "[]", path + "[]");
        }
        else if (!AreEqual(here, there))
        {
            OtherValue.Add((path, here?.ToJsonString() ?? "null"));
        }
    }

    /// <summary>One by one.</summary>
    /// <param name="more">What it is called when one has more of them.</param>
    public void CompareLists(IReadOnlyList<JsonNode?> here, IReadOnlyList<JsonNode?> there, string path, string more)
    {
        for (var i = 0; i < Math.Min(here.Count, there.Count); i++)
        {
            Compare(here[i], there[i], path);
        }

        if (here.Count != there.Count)
        {
            (here.Count > there.Count ? OnlyHere : OnlyThere).Add(more);
        }
    }

    private static bool AreEqual(JsonNode? here, JsonNode? there) =>
        here?.GetValueKind() == JsonValueKind.Number && there?.GetValueKind() == JsonValueKind.Number
            ? Math.Abs((double)here - (double)there) <= Rounding
            : JsonNode.DeepEquals(here, there);
}
