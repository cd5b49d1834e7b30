using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay;

/// <summary>What the Markov rung says: words from the conversation itself and a text of ours, never from anybody else's.</summary>
internal static class MarkovAnswer
{
    private const int MostWords = 60;

    private const string OurText =
        "The lizard lies on a warm stone and thinks about nothing in particular. The stone is warm because the sun has been "
        + "on it since the morning. Nobody who could really answer is here at the moment. The lizard would like to help, but it "
        + "only knows how to put words in a row. Words in a row are not an answer. When a worker comes back, ask again and you "
        + "will be told something better. Until then the lizard lies on a warm stone.";

    public static string To(IReadOnlyList<Message> branch, int seed)
    {
        var chain = new MarkovChain();
        chain.Train(OurText);
        foreach (var message in branch)
        {
            chain.Train(message.Text);
        }

        return chain.Generate(seed, MostWords);
    }
}
