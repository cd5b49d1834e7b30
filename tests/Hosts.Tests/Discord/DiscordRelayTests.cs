using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>A worker that is reached through the owner's guild and nothing else.</summary>
[TestFixture]
internal sealed class DiscordRelayTests : DiscordRelayFixture
{
    [Test]
    public async Task A_message_is_answered_through_the_relay_guild_and_says_nothing_there()
    {
        await using var worker = await StartWorker(new());
        var answer = await Owner.Say(await Owner.OpenSession(), "hello over there");
        var message = answer.Json.GetProperty("reply");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.GetProperty("text").GetString(), Is.EqualTo("hello over there"));
            Assert.That(message.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo(Worker));
            Assert.That(Discord.Ledger.Entries.Select(entry => entry.GuildId), Is.All.EqualTo(DefaultWorld.RelayGuild));
            Assert.That(Discord.Ledger.Entries.Select(entry => entry.Content), Has.None.Contains("hello"));
        }
    }
}
