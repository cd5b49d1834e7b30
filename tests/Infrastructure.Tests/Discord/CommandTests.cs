using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class CommandTests : StandInFixture
{
    private static readonly DiscordCommand Admin = new("admin", "For the owner")
    {
        DefaultPermissions = DiscordPermissions.ManageGuild,
        Options =
        [
            new(DiscordOptionKind.SubCommand, "drain", "Sends no more work")
            {
                Options =
                [
                    new(DiscordOptionKind.Text, "worker", "Which") { IsRequired = true },
                    new(DiscordOptionKind.WholeNumber, "minutes", "For how long"),
                    new(DiscordOptionKind.Boolean, "force", "At once"),
                ],
            },
        ],
    };

    [Test]
    public async Task A_command_is_registered_called_deferred_and_answered()
    {
        var bot = NewBot();
        await bot.Connected();
        await bot.Api.RegisterCommands(Relay, [Admin], CancellationToken.None);
        await bot.Api.RegisterCommands(Relay, [Admin], CancellationToken.None);
        var options = new Dictionary<string, object> { ["worker"] = "anna-mac", ["minutes"] = 5, ["force"] = true };
        var invoked = Olga.Run(GeneralRoom, "admin drain", options);
        await Eventually.Is(() => bot.Heard.Any(one => one is InteractionCreated));
        var heard = bot.Heard.OfType<InteractionCreated>().Single().Interaction;
        await bot.Api.Defer(heard, ephemeral: true, CancellationToken.None);
        await bot.Api.EditAnswer(heard, new DiscordReply("Drained."), CancellationToken.None);
        await bot.Api.FollowUp(heard, new DiscordReply("One thing more."), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(heard.Path, Is.EqualTo(new[] { "admin", "drain" }));
            Assert.That(heard.Arguments, Is.EquivalentTo(new Dictionary<string, string> { ["worker"] = "anna-mac", ["minutes"] = "5", ["force"] = "true" }));
            Assert.That((heard.GuildId, heard.ChannelId, heard.User.Id), Is.EqualTo(((Snowflake?)Relay, (Snowflake?)General, new Snowflake(Olga.User.Id))));
            Assert.That(heard.Permissions.HasFlag(DiscordPermissions.ManageGuild));
            Assert.That(heard.ToString(), Does.Not.Contain(heard.Token));
            Assert.That(StandIn.Ledger.Entries.Select(entry => (Text(entry), entry.Ephemeral)), Is.EqualTo(new[] { ("Drained.", true), ("One thing more.", true) }));
            Assert.That(invoked, Is.Not.Null);
            Assert.That(bot.Log.Lines, Has.None.Contain(heard.Token));
        }
    }

    [Test]
    public async Task A_first_answer_whose_receipt_was_lost_is_no_error()
    {
        var bot = NewBot();
        await bot.Connected();
        await bot.Api.RegisterCommands(null, [new("status", "How it is")], CancellationToken.None);
        _ = Olga.Run(GeneralRoom, "status");
        await Eventually.Is(() => bot.Heard.Any(one => one is InteractionCreated));
        StandIn.Faults.CutAfterAccept();
        await bot.Api.Answer(bot.Heard.OfType<InteractionCreated>().Single().Interaction, new DiscordReply("Well."), CancellationToken.None);
        Assert.That(StandIn.Ledger.Entries.Select(entry => entry.Content), Is.EqualTo(new[] { "Well." }));
    }

    [Test]
    public async Task An_interaction_that_is_over_is_gone_and_the_token_still_good()
    {
        var bot = NewBot();
        var stale = new DiscordInteraction(
            new(1), new(DiscordStandIn.Guilds.DefaultWorld.ServerBot), "no-such-token", DiscordInteractionKind.Command, ["status"],
            new Dictionary<string, string>(), null, Relay, General, new(new(2), "olga", IsBot: false), DiscordPermissions.None, [], null);
        var first = await Thrown<DiscordException>(async () => await bot.Api.Defer(stale, ephemeral: true, CancellationToken.None));
        var second = await Thrown<DiscordException>(async () =>
            await bot.Api.FollowUp(stale, new DiscordReply("late"), CancellationToken.None));
        _ = await bot.Api.WhoAmI(CancellationToken.None);
        Assert.That((first.Problem, second.Problem), Is.EqualTo((DiscordProblem.Gone, DiscordProblem.Gone)));
    }

    private static string Text(DiscordStandIn.Posted.LedgerEntry entry) => entry.Edits.Count > 0 ? entry.Edits[^1].Content : entry.Content;
}
