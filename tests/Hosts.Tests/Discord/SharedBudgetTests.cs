using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>The bot's limit over all channels is far less than what the answers want: all get their share, and nobody waits who is in a hurry.</summary>
[TestFixture]
internal sealed class SharedBudgetTests : DiscordRelayFixture
{
    private const int AtOnce = 12;
    private const int Words = 240;
    private const double PerSecond = 30;

    protected override int RequestsPerSecond => 5;

    [Test]
    public async Task A_brief_answer_passes_the_text_of_long_ones_and_those_share_what_there_is()
    {
        using var engine = new PacedEngine(AtOnce + 1, Words, PerSecond);
        await using var worker = await DiscordWorker.Start(Discord, Folder, Worker, Root, engine, () => { }, RequestsPerSecond);
        await Online();
        await Settled();
        Discord.Limits.Global = new(RequestsPerSecond, TimeSpan.FromSeconds(1));
        var questions = Enumerable.Range(0, AtOnce).Select(i => $"long {i}").ToArray();
        var answers = questions.Select(Answer).ToArray();
        await Testing.Eventually.Is(() => questions.All(question => engine.WordsTo(question) > 30), within: TimeSpan.FromMinutes(1));

        // The brief one is told from them by its channel: no post was in it before.
        await Testing.Eventually.Is(() => Posts().DistinctBy(post => post.ChannelId).Count() == AtOnce, within: TimeSpan.FromMinutes(1));
        var before = Posts();
        var asked = await Answer("brief");
        var posts = Posts()[before.Length..];
        var brief = posts.First(post => before.All(known => known.ChannelId != post.ChannelId)).ChannelId;
        var passed = posts.TakeWhile(post => post.ChannelId != brief).Count();
        var among = posts.SkipWhile(post => post.ChannelId != brief).Reverse().SkipWhile(post => post.ChannelId != brief).ToArray();
        TestContext.Out.WriteLine($"{passed} posts before it, {among.Count(post => post.ChannelId != brief)} between its own");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Is.EqualTo(engine.TextTo("brief")));
            Assert.That(questions.Any(question => engine.TextTo(question) is null), "they were at it all the while");
            Assert.That(among.Count(post => post.ChannelId != brief), Is.LessThan(AtOnce), "with its turn after each of theirs it would be more");
        }

        foreach (var (question, heard) in questions.Zip(await Task.WhenAll(answers)))
        {
            Assert.That(heard, Is.EqualTo(engine.TextTo(question)), question);
        }

        var shares = Posts().Where(post => post.ChannelId != brief).CountBy(post => post.ChannelId).Select(share => share.Value).ToArray();
        TestContext.Out.WriteLine($"posts of the long ones: {string.Join(", ", shares.Order())}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shares, Has.Length.EqualTo(AtOnce));
            Assert.That(shares.Max(), Is.LessThanOrEqualTo(2 * shares.Min()));
            Assert.That(Discord.Counters.Limited, Is.Zero, "429s");
        }
    }

    /// <summary>What the worker has posted about attempts.</summary>
    private LedgerEntry[] Posts() =>
        [.. Discord.Ledger.By(DefaultWorld.ClientBot).Where(post => post.Channel.StartsWith("relay-", StringComparison.Ordinal))];

    /// <summary>There are as many relay channels as answers.</summary>
    private Task Settled() => Testing.Eventually.Is(
        () => Host.Services.GetRequiredService<DiscordCarrier>().RelayChannels > AtOnce, within: TimeSpan.FromMinutes(1));

    private async Task<string> Answer(string question)
    {
        var taken = await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = question });
        Assert.That(taken.Status, Is.EqualTo(202), taken.Text);
        var request = new RequestId(taken.Json.GetProperty("request").GetProperty("id").GetGuid());
        var text = new StringBuilder();
        await foreach (var happened in Host.Services.GetRequiredService<ReplyReader>().Read(request, 0, CancellationToken.None))
        {
            Assert.That(happened, Is.Not.InstanceOf<ReplyFailed>(), happened.ToString());
            text.Append((happened as ReplyDelta)?.Text);
        }

        return text.ToString();
    }
}
