using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>The one message in #ai-metrics, and the rows in the database.</summary>
[TestFixture]
internal sealed class CommandsMetricsTests
{
    private TestFolder _folder = null!;
    private StandIn _discord = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _discord = await StandIn.Start(new StandInOptions());
    }

    [TearDown]
    public async Task Stop()
    {
        await _discord.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task There_is_one_message_through_a_restart_and_another_when_it_was_deleted()
    {
        LedgerEntry first;
        await using (var bot = await CommandsBot.Start(_discord, _folder, []))
        {
            await Eventually.Is(() => Posted().Count == 1);
            first = Posted()[0];
            Assert.That(first.Content, Does.StartWith("**MeatLizard**").And.Contains("Last hour: 0 answers, 0 errors"));
            await bot.Enrol("anna-mac");
            await Eventually.Is(() => Posted()[0].Edits is [.., { Content: var text }] && text.Contains("`anna-mac` offline", StringComparison.Ordinal));
        }

        await using (var bot = await CommandsBot.Start(_discord, _folder, []))
        {
            var before = Posted()[0].Edits.Count;
            await bot.Invite("ben-mac");
            await Eventually.Is(() => Posted()[0].Edits.Count > before
                && Posted()[0].Edits[^1].Content.Contains("ben-mac", StringComparison.Ordinal));
            Assert.That(Posted(), Has.Count.EqualTo(1));

            var message = _discord.World.Channels[first.ChannelId].Messages[first.MessageId];
            _discord.Human(DefaultWorld.Owner).Delete(message);
            await Eventually.Is(() => Posted().Count == 2);
            Assert.That(Posted()[1].Content, Does.Contain("ben-mac"));

            _discord.Rooms.DeleteChannel(_discord.World.Channels[first.ChannelId]);
            await Eventually.Is(() => Posted().Count == 3);
            Assert.That(Posted()[2].ChannelId, Is.Not.EqualTo(first.ChannelId));
        }
    }

    [Test]
    public async Task Nothing_is_edited_while_nothing_changes_and_the_minute_is_written_down_once()
    {
        Counting? message = null;
        await using var bot = await CommandsBot.Start(_discord, _folder, [], services => services.AddSingleton<IStandingMessage>(
            provider => message = new Counting(provider.GetRequiredService<StandingMessage>())));
        await Eventually.Is(() => Posted().Count == 1);
        var before = message!.Rounds;
        await Eventually.Is(() => message.Rounds > before + 10);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Posted()[0].Edits, Has.Count.LessThanOrEqualTo(1), "Once, when it was not known what had been missed.");
            var rows = await bot.Services.GetRequiredService<IDialect>().Read<long>(new("", "SELECT count(*) FROM metric_sample"), CancellationToken.None);
            Assert.That(rows[0], Is.InRange(1, 2));
        }
    }

    private IReadOnlyList<LedgerEntry> Posted() => [.. _discord.Ledger.Entries.Where(entry => entry.Channel == "ai-metrics")];

    private sealed class Counting(IStandingMessage inner) : IStandingMessage
    {
        private int _rounds;

        public int Rounds => Volatile.Read(ref _rounds);

        public async Task Show(StandingPlace place, string text, CancellationToken cancellationToken)
        {
            await inner.Show(place, text, cancellationToken);
            Interlocked.Increment(ref _rounds);
        }
    }
}
