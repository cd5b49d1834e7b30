namespace MeatLizard.Presentation.Api.Configuration;

/// <param name="Path">With <c>*</c> for a segment that the operator names.</param>
/// <param name="Default">What holds when nobody says anything, in words where it is not a value.</param>
/// <param name="Fault">What is wrong with a value, to be read after the key: "must be …"; null when nothing is.</param>
internal sealed record ConfigurationKey(string Path, string Default, Func<string, string?> Fault, bool IsSecret = false)
{
    public string Root => Path.Split(':')[0];

    public bool Matches(string path)
    {
        var mine = Path.Split(':');
        var given = path.Split(':');
        return mine.Length == given.Length
            && mine.Zip(given).All(pair => pair.First == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
