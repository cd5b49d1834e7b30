using System.Globalization;

namespace MeatLizard.Bench;

/// <summary>What a run is asked for on its command line.</summary>
/// <param name="Rounds">Of each measure, 1 or more.</param>
/// <param name="Only">The measures that are meant, by name or how their names begin; null for all.</param>
/// <param name="IsList">Only their names are wanted.</param>
internal sealed record RunArguments(int Rounds, IReadOnlyList<string>? Only, bool IsList)
{
    public const string Usage =
        """
        bench/run [--rounds N] [--only NAMES] [--list]
          --rounds N     rounds of each measure, five unless said
          --only NAMES   some of the measures, separated by commas, or how their names begin (v1, ws); the table is then only printed
          --list         their names
        """;

    private const int UsualRounds = 5;

    /// <returns>Null when there is a word that says nothing: a whole run takes an hour, and nobody gets one for a slip of the finger.</returns>
    public static RunArguments? Read(IReadOnlyList<string> words)
    {
        var read = new RunArguments(UsualRounds, null, IsList: false);
        for (var at = 0; at < words.Count; at++)
        {
            switch (words[at])
            {
                case "--list":
                    read = read with { IsList = true };
                    break;
                case "--rounds" when ++at < words.Count
                    && int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                    read = read with { Rounds = rounds };
                    break;
                case "--only" when ++at < words.Count:
                    read = read with { Only = words[at].Split(',') };
                    break;
                default:
                    return null;
            }
        }

        return read;
    }

    /// <returns>The first word of <see cref="Only"/> that means none of them; null when each means one.</returns>
    public string? Meaningless(IEnumerable<IMeasure> measures) => Only?.FirstOrDefault(name => !measures.Any(measure => IsMeant(measure, name)));

    public bool Means(IMeasure measure) => Only is null || Only.Any(name => IsMeant(measure, name));

    private static bool IsMeant(IMeasure measure, string name) =>
        measure.Name == name || measure.Name.StartsWith(name + "-", StringComparison.Ordinal);
}
