using MeatLizard.Infrastructure.Discord;
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
}
