using MeatLizard.Domain.Inference;

namespace MeatLizard.Domain.Tests.Inference;

internal sealed class MarkovChainTests
{
    private const string Text =
        "The lizard sits in the sun. The lizard eats a fly and the fly is gone. In the sun the stone is warm. "
        + "A fly sits on the stone and the lizard is gone. The sun sets on the lizard and the stone is cold.";

    private static readonly string[] Words = Text.Split(' ');

    [Test]
    public void The_same_seed_and_text_give_the_same_words([Range(0, 20)] int seed)
    {
        var (one, another) = (Trained(), Trained());
        Assert.That(one.Generate(seed, 40), Is.EqualTo(another.Generate(seed, 40)));
    }

    [Test]
    public void Other_seeds_give_other_words()
    {
        var chain = Trained();
        Assert.That(Enumerable.Range(0, 50).Select(seed => chain.Generate(seed, 40)).Distinct().Count(), Is.GreaterThan(5));
    }

    [Test]
    public void Every_three_words_in_a_row_stood_so_in_the_text([Range(0, 20)] int seed)
    {
        var known = Triples(Words).ToHashSet();
        Assert.That(Triples(Trained().Generate(seed, 40).Split(' ')).Where(triple => !known.Contains(triple)), Is.Empty);
    }

    [Test]
    public void It_begins_as_a_sentence_of_the_text_began([Range(0, 20)] int seed)
    {
        string[] openings = ["The lizard", "In the", "A fly", "The sun"];
        Assert.That(openings, Does.Contain(string.Join(' ', Trained().Generate(seed, 40).Split(' ')[..2])));
    }

    [Test]
    public void It_never_says_more_than_it_may([Range(2, 30)] int most) =>
        Assert.That(Trained().Generate(1, most).Split(' '), Has.Length.LessThanOrEqualTo(most));

    [TestCase("")]
    [TestCase(" \n\t ")]
    [TestCase("alone")]
    public void What_has_no_two_words_teaches_nothing(string text)
    {
        var chain = new MarkovChain();
        chain.Train(text);
        Assert.That(chain.Generate(1, 40), Is.Empty);
    }

    [Test]
    public void Two_texts_are_not_run_together()
    {
        var chain = new MarkovChain();
        chain.Train("one two three");
        chain.Train("four five six");
        Assert.That(
            Enumerable.Range(0, 20).Select(seed => chain.Generate(seed, 40)).Distinct(),
            Is.EquivalentTo(["one two three", "four five six"]));
    }

    private static MarkovChain Trained()
    {
        var chain = new MarkovChain();
        chain.Train(Text);
        return chain;
    }

    private static IEnumerable<(string, string, string)> Triples(string[] words) =>
        words.Zip(words.Skip(1), words.Skip(2));
}
