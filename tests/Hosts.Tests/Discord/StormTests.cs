using System.Diagnostics;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>
/// Storms: while answers are under way, one thing after another goes wrong between the bots and Discord, by a seed that can be played again.
/// Whatever it was, every request has one end, and what is called complete is what the model said.
/// </summary>
[TestFixture]
internal sealed class StormTests : DiscordRelayFixture
{
    private const int AtOnce = 3;
    private const int Words = 24;
    private const double PerSecond = 30;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(90);

    private static readonly int Storms = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 } ? 200 : 20;

    [Test]
    public async Task Whatever_goes_wrong_every_request_has_one_end_and_no_text_is_lost_or_doubled()
    {
        using var engine = new PacedEngine(AtOnce, Words, PerSecond);
        await using var worker = await DiscordWorker.Start(Discord, Folder, Worker, Root, engine, () => { });
        await Online();
        var whole = 0;
        var slowest = TimeSpan.Zero;
        for (var seed = 1; seed <= Storms; seed++)
        {
            var name = $"storm {seed}";
            var random = new Random(seed);
            var questions = Enumerable.Range(0, AtOnce).Select(i => $"{name}, {i}").ToArray();
            var answers = questions.Select(Answer).ToArray();
            List<string> faults = [];
            for (var i = 0; i < 3; i++)
            {
                faults.Add(Disturb(random));
                await GoOn(engine, questions, answers, random.Next(2, 12));
            }

            Discord.Faults.Clear();
            TestContext.Out.WriteLine($"{name}: {string.Join(", ", faults)}");
            foreach (var answer in answers)
            {
                var (question, text, end) = await answer.WaitAsync(EndsWithin);
                Assert.That(end.IsEnd, question);
                if (end is ReplyCompleted)
                {
                    whole++;
                    Assert.That(text, Is.EqualTo(engine.TextTo(question)), $"{question}: {string.Join(", ", faults)}");
                }
                else
                {
                    TestContext.Out.WriteLine($"  {question}: {(end as ReplyFailed)?.Error.Code} after {text.Length} characters");
                }
            }

            var started = Stopwatch.GetTimestamp();
            var (_, after, last) = await Answer($"after {name}").WaitAsync(EndsWithin);
            Assert.That(last, Is.InstanceOf<ReplyCompleted>(), $"{name}: {string.Join(", ", faults)}; {(last as ReplyFailed)?.Error.Message}");
            Assert.That(after, Is.EqualTo(engine.TextTo($"after {name}")));
            var took = Stopwatch.GetElapsedTime(started) - TimeSpan.FromSeconds(Words / PerSecond);
            slowest = took > slowest ? took : slowest;
        }

        TestContext.Out.WriteLine($"{whole} of {Storms * AtOnce} answers whole; after a storm the slowest answer came {slowest.TotalSeconds:0.0} s late");
    }

    /// <summary>The model has said so many words more, or there is nothing left to be said.</summary>
    private static Task GoOn(PacedEngine engine, string[] questions, Task[] answers, int words)
    {
        var until = Math.Min(questions.Sum(engine.WordsTo) + words, questions.Length * Words);
        return Testing.Eventually.Is(() => questions.Sum(engine.WordsTo) >= until || answers.All(answer => answer.IsCompleted), EndsWithin);
    }

    private string Disturb(Random random)
    {
        ulong? bot = random.Next(3) switch { 0 => DefaultWorld.ServerBot, 1 => DefaultWorld.ClientBot, _ => null };
        var who = bot switch { DefaultWorld.ServerBot => "server", DefaultWorld.ClientBot => "worker", _ => "both" };
        var faults = Discord.Faults;
        switch (random.Next(18))
        {
            case 0:
                faults.Cut(bot);
                return $"cut {who}";
            case 1:
                faults.Reconnect(bot);
                return $"op 7 {who}";
            case 2:
                faults.Invalidate(resumable: true, bot);
                return $"op 9 resumable {who}";
            case 3:
                faults.Close(random.Next(2) == 0 ? 4000 : 4008, bot);
                return $"close {who}";
            case 4:
                faults.Duplicate(5, bot);
                return $"duplicates {who}";
            case 5:
                faults.Swap(3, bot);
                return $"swaps {who}";
            case 6:
                faults.Fail(502, 3);
                return "502";
            case 7:
                faults.Limit(LimitScope.User, TimeSpan.FromSeconds(0.5), 2);
                return "429 user";
            case 8:
                faults.Limit(LimitScope.Shared, TimeSpan.FromSeconds(0.5), 2);
                return "429 shared";
            case 9:
                faults.Limit(LimitScope.Global, TimeSpan.FromSeconds(0.5));
                return "429 global";
            case 10:
                faults.CutAfterAccept(2);
                return "cut after accept";
            case 11:
                faults.RefuseConnections(TimeSpan.FromSeconds(1));
                faults.Cut(bot);
                return $"gateway away, {who}";
            case 12:
                var channels = Host.Services.GetRequiredService<DiscordCarrier>().Channels;
                var channel = Discord.World.Channels[channels.ElementAt(random.Next(channels.Count)).Value];
                Discord.Rooms.DeleteChannel(channel);
                return $"{channel.Name} deleted";
            case 13:
                faults.Invalidate(resumable: false, bot);
                return $"op 9 {who}";
            case 14:
                faults.HalfOpen(bot);
                return $"half-open {who}";
            case 15:
                faults.WithholdAcks(bot: bot);
                return $"no ACKs {who}";
            case 16:
                return TakePermission(random);
            default:
                faults.RestLatency = faults.GatewayLatency = TimeSpan.FromMilliseconds(random.Next(20, 200));
                return "latency";
        }
    }

    /// <summary>Somebody tidies up: the worker's bot may not enter one of the relay channels any more.</summary>
    private string TakePermission(Random random)
    {
        var relay = Discord.World.Channels.Values.Where(channel => channel.Name.StartsWith("relay-", StringComparison.Ordinal)).ToArray();
        var chosen = relay[random.Next(relay.Length)];
        Discord.Rooms.ChangeChannel(chosen, channel => _ = channel.Overwrites.Remove(DefaultWorld.ClientBot));
        return $"{chosen.Name} closed";
    }

    private async Task<(string Question, string Text, ReplyEvent End)> Answer(string question)
    {
        var taken = await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = question });
        Assert.That(taken.Status, Is.EqualTo(202), taken.Text);
        var text = new StringBuilder();
        ReplyEvent? end = null;
        var request = new RequestId(taken.Json.GetProperty("request").GetProperty("id").GetGuid());
        await foreach (var happened in Host.Services.GetRequiredService<ReplyReader>().Read(request, 0, CancellationToken.None))
        {
            Assert.That(end, Is.Null, $"{question}: two ends");
            if (happened is ReplyDelta delta)
            {
                text.Append(delta.Text);
            }

            end = happened.IsEnd ? happened : null;
        }

        return (question, text.ToString(), end!);
    }
}
