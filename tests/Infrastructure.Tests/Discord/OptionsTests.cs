using System.Globalization;
using MeatLizard.Infrastructure.Discord;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class OptionsTests
{
    private static readonly DiscordOptions Fine = new("a.secret.token", "state.json") { Proxy = new("http://me:password@proxy:3128") };

    [Test]
    public void What_is_secret_is_not_printed() => Assert.That($"{Fine}", Does.Not.Contain("secret").And.Not.Contain("password"));

    [Test]
    public void What_cannot_work_is_refused_with_a_sentence_each()
    {
        var wrong = Fine with { Token = "Bot a.secret.token", Api = new("ftp://discord.com"), Attempts = 0 };
        var refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddDiscord(wrong));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fine.Problems(), Is.Empty);
            Assert.That(refused.Failures.Count(), Is.EqualTo(3));
            Assert.That(refused.Message, Does.Not.Contain("secret"));
        }
    }

    [TestCase("00:00:00.05", "00:00:15", 50_000)]
    [TestCase("00:00:16", "00:00:15", 50_000)]
    [TestCase("00:00:03", "00:10:00", 50_000)]
    [TestCase("00:00:03", "00:00:15", 1)]
    public void How_long_an_answer_is_waited_for_has_its_bounds(string repeatAfter, string answerWithin, int slowest)
    {
        var wrong = Fine with { RepeatAfter = Span(repeatAfter), AnswerWithin = Span(answerWithin), SlowestUpload = slowest };
        Assert.That(wrong.Problems(), Has.Count.EqualTo(1));
    }

    [Test]
    public void An_operator_says_how_long_an_answer_is_waited_for()
    {
        var settings = From(("RepeatAfter", "00:00:02"), ("AnswerWithin", "00:00:20"), ("SlowestUpload", "7000"))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (settings.Bot.RepeatAfter, settings.Bot.AnswerWithin, settings.Bot.SlowestUpload),
                Is.EqualTo((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), 7_000)));
            Assert.That(() => From(("RepeatAfter", "soon")), Throws.InstanceOf<FormatException>());
        }
    }

    [Test]
    public void An_id_tells_its_time()
    {
        var id = Snowflake.Parse("175928847299117063");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(id.At, Is.EqualTo(new DateTimeOffset(2016, 4, 30, 11, 18, 25, 796, TimeSpan.Zero)));
            Assert.That(Snowflake.FirstAt(id.At), Is.LessThanOrEqualTo(id));
            Assert.That(Snowflake.FirstAt(id.At).At, Is.EqualTo(id.At));
            Assert.That(Snowflake.TryParse("-1", null, out _), Is.False);
            Assert.That(Snowflake.TryParse("18446744073709551616", null, out _), Is.False);
            Assert.That($"{id}", Is.EqualTo("175928847299117063"));
        }
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static DiscordSettings? From(params (string Key, string Value)[] settings) => DiscordSettings.From(
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("Discord:Token", "a.secret.token"), new("Discord:RelayGuildId", "1")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Discord:{setting.Key}", (string?)setting.Value)))
            .Build(),
        "state.json");
}
