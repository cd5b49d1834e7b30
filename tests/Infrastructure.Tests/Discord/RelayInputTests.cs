using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class RelayInputTests : StandInFixture
{
    [Test]
    public async Task A_channel_that_is_gone_is_looked_at_once_and_one_that_is_shut_until_it_opens()
    {
        var api = NewBot().Api;
        var gone = await api.CreateChannel(Relay, new(DiscordChannelKind.Text, "gone", null, null, []), CancellationToken.None);
        var shut = await api.CreateChannel(Relay, new(DiscordChannelKind.Text, "shut", null, null, []), CancellationToken.None);
        using var log = new KeptLogs();
        using var logs = LoggerFactory.Create(made => made.AddProvider(log));
        await using var input = new RelayInput(api, TimeProvider.System, logs.CreateLogger<RelayInput>());
        foreach (var channel in new[] { gone, shut })
        {
            input.Follow(channel.Id, channel.Id, (_, _, _) => ValueTask.CompletedTask);
        }

        await api.DeleteChannel(gone.Id, CancellationToken.None);
        await api.SetOverwrite(
            shut.Id,
            new(new(DefaultWorld.ServerBot), IsMember: true, DiscordPermissions.None, DiscordPermissions.ViewChannel),
            CancellationToken.None);
        input.LookAgain();
        await Eventually.Is(() => log.Lines.Count >= 2);
        input.LookAgain();
        await Eventually.Is(() => log.Lines.Count >= 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(input.Channels, Is.EqualTo(new[] { shut.Id }));
            Assert.That(log.Lines.Count(line => line.Contains($"Channel {gone.Id} is gone", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(log.Lines.Count(line => line.Contains($"channel {shut.Id} can't be fetched", StringComparison.Ordinal)), Is.EqualTo(2));
            Assert.That(log.Lines, Has.None.Contains("tried again"));
        }
    }
}
