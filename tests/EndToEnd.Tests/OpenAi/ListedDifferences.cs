using System.Text.RegularExpressions;
using MeatLizard.EndToEnd.Tests.Hosting;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>What docs/openai.md says of where we differ from llama-server: the rows of its tables, by their first cell.</summary>
internal static partial class ListedDifferences
{
    private const string Section = "## Where it differs from llama-server itself";

    /// <summary>Only here, only there, another value: the words in backticks.</summary>
    public static ILookup<string, string[][]> Fields { get; } = Rows(columns: 4).ToLookup(
        row => row[0], row => row[1..].Select(cell => Word().Matches(cell).Select(word => word.Groups[1].Value).ToArray()).ToArray());

    /// <summary>The status here and there of what is answered by one of the two alone.</summary>
    public static Dictionary<string, (int Here, int There)> Statuses { get; } = Rows(columns: 3).ToDictionary(
        row => row[0], row => (int.Parse(row[1][..3], null), int.Parse(row[2][..3], null)));

    /// <summary>Of the tables with so many columns, without their heads.</summary>
    private static IEnumerable<string[]> Rows(int columns) =>
        File.ReadAllText(Path.Combine(ProductProcess.RepositoryRoot, "docs", "openai.md")).Split(Section)[1].Split("\n## ")[0]
            .Split("\n\n").SelectMany(paragraph => paragraph.Trim().Split('\n').Where(line => line.StartsWith('|')).Skip(2))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())
            .Where(row => row.Length == columns);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();
}
