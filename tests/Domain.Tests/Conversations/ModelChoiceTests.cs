using MeatLizard.Domain.Conversations.Choice;

namespace MeatLizard.Domain.Tests.Conversations;

/// <summary>
/// Session, user, place, installation: one letter each for how it stands with what they say. <c>-</c> nothing is said, <c>r</c> ready,
/// <c>a</c> awaited, <c>p</c> provider only, <c>w</c> worker not ready, <c>o</c> provider not ready, <c>u</c> unknown, <c>n</c> not allowed.
/// </summary>
internal sealed class ModelChoiceTests
{
    private const string Letters = "-rapwoun";

    // Whoever says something is heard in this order.
    [TestCase("rrrr", true, ModelLevel.Session)]
    [TestCase("-rrr", true, ModelLevel.User)]
    [TestCase("--rr", true, ModelLevel.Place)]
    [TestCase("---r", true, ModelLevel.Installation)]
    [TestCase("----", true, null)]

    // What the session names stays, whatever has become of it.
    [TestCase("urrr", true, ModelLevel.Session)]
    [TestCase("wrrr", true, ModelLevel.Session)]
    [TestCase("orrr", true, ModelLevel.Session)]
    [TestCase("prrr", true, ModelLevel.Session)]
    [TestCase("nrrr", true, ModelLevel.Session)]

    // Defaults that can't be asked are passed over.
    [TestCase("-urr", true, ModelLevel.Place)]
    [TestCase("-wor", true, ModelLevel.Installation)]
    [TestCase("-nur", true, ModelLevel.Installation)]
    [TestCase("-uwn", true, null)]
    [TestCase("---o", false, null)]

    // Where nobody is online that could say, the first is waited for.
    [TestCase("-aaa", false, ModelLevel.User)]
    [TestCase("-naa", false, ModelLevel.Place)]

    // One's own default may be a provider's; somebody else's takes no conversation away from home while home can answer.
    [TestCase("-prr", true, ModelLevel.User)]
    [TestCase("--pr", true, ModelLevel.Installation)]
    [TestCase("--p-", true, null)]
    [TestCase("---p", true, null)]
    [TestCase("--pr", false, ModelLevel.Place)]
    [TestCase("---p", false, ModelLevel.Installation)]
    public void The_first_that_counts_wins(string standings, bool homeCanAnswer, ModelLevel? winner)
    {
        var choice = ModelChoice.Among(Levels(standings), homeCanAnswer);
        Assert.That(choice.Winner?.Level, Is.EqualTo(winner));
        Assert.That(choice.Model, Is.EqualTo(winner is { } level ? $"{level} model" : null));
    }

    [Test]
    public void Only_a_session_is_refused()
    {
        foreach (var standings in All())
        {
            Assert.That(ModelChoice.Among(Levels(standings), true).IsRefused, Is.EqualTo(standings[0] == 'n'), standings);
        }
    }

    [Test]
    public void In_every_case_the_winner_is_the_first_usable_one_whatever_the_order_they_are_given_in()
    {
        var tried = 0;
        foreach (var standings in All())
        {
            foreach (var home in new[] { true, false })
            {
                var choice = ModelChoice.Among(Levels(standings), home);
                var turned = ModelChoice.Among(Levels(standings).Reverse(), home);
                Assert.That(choice.Winner?.Level, Is.EqualTo(First(standings, home)), $"{standings} {home}");
                Assert.That(turned.Winner, Is.EqualTo(choice.Winner), $"{standings} {home}");
                Assert.That(turned.Levels, Is.EqualTo(choice.Levels), $"{standings} {home}");
                tried++;
            }
        }

        Assert.That(tried, Is.EqualTo(2 * 8 * 8 * 8 * 8));
    }

    [Test]
    public void Of_several_places_the_inner_one_is_heard_first()
    {
        ModelPreference[] said =
        [
            new(ModelLevel.Installation, "everywhere", ModelStanding.Ready),
            new(ModelLevel.Place, "gone", ModelStanding.Unknown) { Place = "channel" },
            new(ModelLevel.Place, "here", ModelStanding.Ready) { Place = "guild" },
        ];
        var choice = ModelChoice.Among(said, homeCanAnswer: true);
        Assert.That((choice.Model, choice.Winner?.Place), Is.EqualTo(("here", "guild")));
        Assert.That(choice.Levels.Select(level => level.Place), Is.EqualTo(new[] { "channel", "guild", null }));
    }

    /// <summary>The rule once more, on letters.</summary>
    private static ModelLevel? First(string standings, bool home)
    {
        if (standings[0] != '-')
        {
            return ModelLevel.Session;
        }

        for (var level = 1; level < standings.Length; level++)
        {
            if (standings[level] is 'r' or 'a' || (standings[level] == 'p' && (level == 1 || !home)))
            {
                return (ModelLevel)level;
            }
        }

        return null;
    }

    private static IEnumerable<string> All() =>
        from session in Letters
        from user in Letters
        from place in Letters
        from installation in Letters
        select $"{session}{user}{place}{installation}";

    private static IEnumerable<ModelPreference> Levels(string standings) => standings.Select((letter, index) =>
    {
        var (level, standing) = ((ModelLevel)index, (ModelStanding)Letters.IndexOf(letter, StringComparison.Ordinal));
        return new ModelPreference(level, standing == ModelStanding.Unset ? null : $"{level} model", standing);
    });
}
