using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord.Relay;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class RelayRoomMakerTests : StandInFixture
{
    [Test]
    public async Task Other_administrators_are_warned_about_be_they_people_or_bots()
    {
        var roles = StandIn.World.Guilds[Relay.Value].Roles;
        var own = roles.Values.Single(role => role.Name == "MeatLizard");
        own.Permissions |= Permissions.Administrator;
        Assert.That(own.Managed, Is.True);
        roles[1] = new Role(1, "Moderators") { Permissions = Permissions.Administrator };
        roles[2] = new Role(2, "Music") { Permissions = Permissions.Administrator, Managed = true };
        roles[3] = new Role(3, "Guests") { Permissions = Permissions.SendMessages };

        var api = NewBot().Api;
        var made = await new RelayRoomMaker(new DiscordRelayOptions(Relay), api, api).Make([], 1, CancellationToken.None);
        var warnings = made.Problems.Where(problem => problem.Contains("administrator", StringComparison.Ordinal)).ToArray();
        Assert.That(warnings, Has.Length.EqualTo(2));
        Assert.That(warnings, Has.Some.StartsWith("Whoever has the role \u201cModerators\u201d").And.Some.StartsWith("The bot \u201cMusic\u201d"));
    }
}
