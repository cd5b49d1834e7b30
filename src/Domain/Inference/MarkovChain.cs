namespace MeatLizard.Domain.Inference;

/// <summary>
/// A second-order word chain: from two words it draws a third that followed them in the training text. Same seed and text,
/// same words. It understands nothing, and whatever it says is labelled so.
/// </summary>
public sealed class MarkovChain
{
    private readonly Dictionary<(string First, string Second), List<string>> _following = [];
    private readonly List<(string First, string Second)> _openings = [];

    /// <summary>Adds a text; the order of calls matters for what a seed gives.</summary>
    public void Train(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < words.Length; i++)
        {
            var pair = (words[i], words[i + 1]);
            if (i == 0 || EndsSentence(words[i - 1]))
            {
                _openings.Add(pair);
            }

            if (i + 2 < words.Length)
            {
                if (!_following.TryGetValue(pair, out var next))
                {
                    _following[pair] = next = [];
                }

                next.Add(words[i + 2]);
            }
        }
    }

    /// <param name="seed">Decides every draw.</param>
    /// <param name="maxWords">From 2; the text ends at the first sentence end after half of it.</param>
    /// <returns>Empty when there was nothing to learn from.</returns>
    public string Generate(int seed, int maxWords)
    {
        if (_openings.Count == 0)
        {
            return string.Empty;
        }

        // A seeded generator is wanted here: this is reproducible prose, not a secret.
#pragma warning disable CA5394
        var random = new Random(seed);
        var pair = _openings[random.Next(_openings.Count)];
        List<string> words = [pair.First, pair.Second];
        while (words.Count < maxWords && _following.TryGetValue(pair, out var next))
        {
            var word = next[random.Next(next.Count)];
            words.Add(word);
            if (words.Count >= maxWords / 2 && EndsSentence(word))
            {
                break;
            }

            pair = (pair.Second, word);
        }
#pragma warning restore CA5394

        return string.Join(' ', words);
    }

    private static bool EndsSentence(string word) => word[^1] is '.' or '!' or '?';
}
