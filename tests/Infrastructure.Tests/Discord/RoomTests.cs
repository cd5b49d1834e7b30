using System.Text;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class RoomTests : StandInFixture
{
    [Test]
    public async Task The_bot_knows_itself_and_its_guilds()
    {
        var bot = NewBot();
        var self = await bot.Api.WhoAmI(CancellationToken.None);
        var guilds = await bot.Api.Guilds(CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(self.Bot, Is.EqualTo(new DiscordUser(new(DefaultWorld.ServerBot), "MeatLizard", IsBot: true)));
            Assert.That(self.Application, Is.EqualTo(new Snowflake(DefaultWorld.ServerBot)));
            Assert.That((self.MayReadContent, self.MaySeeMembers), Is.EqualTo((true, false)));
            Assert.That(guilds, Is.EqualTo(new[] { Relay, Community }));
        }
    }

    [Test]
    public async Task A_channel_is_made_changed_and_taken_away()
    {
        var api = NewBot().Api;
        var self = new Snowflake(DefaultWorld.ServerBot);
        DiscordOverwrite[] overwrites =
        [
            new(Relay, IsMember: false, DiscordPermissions.None, DiscordPermissions.ViewChannel),
            new(self, IsMember: true, DiscordPermissions.ViewChannel | DiscordPermissions.SendMessages, DiscordPermissions.None),
        ];
        var category = await api.CreateChannel(Relay, new(DiscordChannelKind.Category, "Relay", null, null, []), CancellationToken.None);
        var made = await api.CreateChannel(
            Relay, new(DiscordChannelKind.Text, "relay-01", "frames", category.Id, overwrites), CancellationToken.None);
        var changed = await api.ChangeChannel(made.Id, new(Topic: "other frames"), CancellationToken.None);
        await api.SetOverwrite(
            made.Id, new(new(DefaultWorld.ClientBot), IsMember: true, DiscordPermissions.ViewChannel, DiscordPermissions.None), CancellationToken.None);
        var listed = (await api.Channels(Relay, CancellationToken.None)).Single(channel => channel.Id == made.Id);
        await api.RemoveOverwrite(made.Id, new(DefaultWorld.ClientBot), CancellationToken.None);
        await api.RemoveOverwrite(made.Id, new(DefaultWorld.ClientBot), CancellationToken.None);
        var bare = (await api.Channels(Relay, CancellationToken.None)).Single(channel => channel.Id == made.Id);
        await api.DeleteChannel(made.Id, CancellationToken.None);
        await api.DeleteChannel(made.Id, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((made.Name, made.Topic, made.ParentId, made.GuildId), Is.EqualTo(("relay-01", "frames", (Snowflake?)category.Id, (Snowflake?)Relay)));
            Assert.That(made.Overwrites, Is.EquivalentTo(overwrites));
            Assert.That((changed.Name, changed.Topic), Is.EqualTo(("relay-01", "other frames")));
            Assert.That(listed.Overwrites, Has.Count.EqualTo(3));
            Assert.That(bare.Overwrites, Is.EquivalentTo(overwrites));
            Assert.That((await api.Channels(Relay, CancellationToken.None)).Select(channel => channel.Id), Has.No.Member(made.Id));
        }
    }

    [Test]
    public async Task What_the_bot_may_do_is_computed_as_Discord_does()
    {
        var api = NewBot().Api;
        var guild = StandIn.World.Guilds[Community.Value];
        var bot = StandIn.World.Users[DefaultWorld.ServerBot];
        var own = guild.Roles.Values.Single(role => role.Name == "MeatLizard");
        var rooms = new[]
        {
            StandIn.Rooms.CreateChannel(guild, "open"),
            StandIn.Rooms.CreateChannel(guild, "closed", overwrites: new Overwrite(guild.Id, false, Permissions.None, Permissions.ViewChannel)),
            StandIn.Rooms.CreateChannel(
                guild,
                "for-bots",
                overwrites:
                [
                    new Overwrite(guild.Id, false, Permissions.None, Permissions.ViewChannel),
                    new Overwrite(own.Id, false, Permissions.ViewChannel, Permissions.None),
                ]),
            StandIn.Rooms.CreateChannel(
                guild,
                "not-for-this-one",
                overwrites:
                [
                    new Overwrite(own.Id, false, Permissions.ManageMessages, Permissions.None),
                    new Overwrite(bot.Id, true, Permissions.None, Permissions.SendMessages),
                ]),
        };
        var seen = await api.Guild(Community, CancellationToken.None);
        var member = await api.Member(Community, new(bot.Id), CancellationToken.None);
        var admin = await api.Member(Community, new(StandIn.World.User("adam").Id), CancellationToken.None);
        var channels = (await api.Channels(Community, CancellationToken.None)).ToDictionary(channel => channel.Id);
        using (Assert.EnterMultipleScope())
        {
            foreach (var room in rooms)
            {
                var expected = (DiscordPermissions)(ulong)guild.PermissionsOf(bot.Id, room);
                Assert.That(DiscordAccess.InChannel(seen, member, channels[new(room.Id)]), Is.EqualTo(expected), room.Name);
                Assert.That(DiscordAccess.InChannel(seen, admin, channels[new(room.Id)]).HasFlag(DiscordPermissions.ManageGuild), room.Name);
            }

            Assert.That(seen.OwnerId, Is.EqualTo(new Snowflake(Olga.User.Id)));
            Assert.That(member.Roles, Is.EqualTo(new[] { new Snowflake(own.Id) }));
        }
    }

    [Test]
    public async Task All_messages_after_one_come_oldest_first_however_many()
    {
        var first = Olga.Post(GeneralRoom, "the one before");
        for (var number = 0; number < 230; number++)
        {
            _ = Olga.Post(GeneralRoom, $"{number}");
        }

        var read = new List<string>();
        await foreach (var message in NewBot().Api.MessagesAfter(General, new(first.Id), CancellationToken.None))
        {
            read.Add(message.Content);
        }

        Assert.That(read, Is.EqualTo(Enumerable.Range(0, 230).Select(number => $"{number}")));
    }

    [Test]
    public async Task Messages_are_edited_and_deleted_also_those_that_are_gone()
    {
        var api = NewBot().Api;
        var kept = await api.Post(General, new DiscordPost("as it was"), CancellationToken.None);
        var edited = await api.Edit(General, kept.Id, "as it is", CancellationToken.None);
        var many = Enumerable.Range(0, 130).Select(number => new Snowflake(Olga.Post(GeneralRoom, $"{number}").Id)).ToArray();
        await api.Delete(General, many, CancellationToken.None);
        await api.Delete(General, [many[0]], CancellationToken.None);
        lock (StandIn.World.Gate)
        {
            using (Assert.EnterMultipleScope())
            {
                Assert.That(edited.Content, Is.EqualTo("as it is"));
                Assert.That(GeneralRoom.Messages.Values.Select(message => message.Content), Is.EqualTo(new[] { "as it is" }));
            }
        }
    }

    [Test]
    public async Task A_file_comes_back_as_it_was_posted()
    {
        var api = NewBot().Api;
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("frame ", 50_000)));
        var post = new DiscordPost("") { Files = [new("one.bin", bytes), new("two.bin", new byte[] { 1, 2, 3 })] };
        var message = await api.Post(General, post, CancellationToken.None);
        var one = await api.Download(message.Attachments[0], bytes.Length, CancellationToken.None);
        var two = await api.Download(message.Attachments[1], 3, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.Attachments.Select(file => (file.Name, file.Size)), Is.EqualTo(new[] { ("one.bin", (long)bytes.Length), ("two.bin", 3L) }));
            Assert.That(one, Is.EqualTo(bytes));
            Assert.That(two, Is.EqualTo(new byte[] { 1, 2, 3 }));
        }
    }

    [Test]
    public async Task An_attachment_from_elsewhere_or_too_large_is_not_fetched()
    {
        var api = NewBot().Api;
        var message = await api.Post(General, new DiscordPost("") { Files = [new("f.bin", new byte[100])] }, CancellationToken.None);
        var there = message.Attachments[0];
        var asked = StandIn.Counters.Requests.Values.Sum();
        using (Assert.EnterMultipleScope())
        {
            await Refused(there with { Url = new("http://localhost:1/f.bin") }, "does not lie");
            await Refused(there with { Url = new UriBuilder(there.Url) { Scheme = "https" }.Uri }, "does not lie");
            await Refused(there with { Url = new UriBuilder(there.Url) { UserName = "x" }.Uri }, "does not lie");
            await Refused(there, "larger");

            // What it says about its size is one thing, what comes another.
            await Refused(there with { Size = 1 }, "larger");
            Assert.That(StandIn.Counters.Requests.Values.Sum(), Is.LessThanOrEqualTo(asked + 1));
        }

        async Task Refused(DiscordAttachment attachment, string why)
        {
            var refused = await Thrown<DiscordException>(async () => await api.Download(attachment, 99, CancellationToken.None));
            Assert.That(refused.Message, Does.Contain(why));
        }
    }
}
