using System.Diagnostics;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>Many long answers at once through Discord's limits: all of the text, none of the refusals, and as little waiting as they allow.</summary>
[TestFixture]
internal sealed class PacedAnswersTests : DiscordRelayFixture
{
    private const int AtOnce = 20;
    private const double PerSecond = 40;

    /// <summary>Seconds in a channel, beside what is injected; for a run that has the machine for itself.</summary>
    private const double MostLag = 0.8;

    /// <summary>Seconds. Beside all other tests it must only not be out of all proportion.</summary>
    private const double MostLagInCompany = 3;

    /// <summary>Seconds, for the third of the time in which there are four posts where there were five.</summary>
    private const double ForChange = 0.05;

    private static readonly bool Full = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 };

    private static readonly int Words = Full ? 2000 : 400;

    [Test]
    public async Task Twenty_answers_at_once_arrive_whole_in_time_and_without_one_refusal()
    {
        using var engine = new PacedEngine(AtOnce, Words, PerSecond);
        await using var worker = await DiscordWorker.Start(Discord, Folder, Worker, Root, engine, () => { });
        await Online();
        await Settled();
        List<(string What, Figures Figures, double MostLag)> rounds = [];
        foreach (var oneWay in Full ? (int[])[0, 0, 0, 0, 50, 50, 50, 150, 150, 150] : [0, 50])
        {
            Discord.Faults.RestLatency = Discord.Faults.GatewayLatency = TimeSpan.FromMilliseconds(oneWay);
            var what = oneWay == 0 ? "usual limits" : $"limits that change, {oneWay} ms each way";
            var most = !Full ? MostLagInCompany : oneWay == 0 ? MostLag : MostLag + ForChange + (2 * oneWay / 1000.0);
            rounds.Add((what, await Round(engine, $"round {rounds.Count}", changing: oneWay > 0), most));
        }

        foreach (var (what, figures, _) in rounds)
        {
            TestContext.Out.WriteLine($"{what}: {figures}");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Discord.Counters.Limited, Is.Zero, "429s");
            foreach (var (what, figures, most) in rounds)
            {
                Assert.That(figures.WorstLag, Is.LessThan(most), what);
            }
        }
    }

    private async Task<Figures> Round(PacedEngine engine, string name, bool changing)
    {
        var before = Discord.Ledger.Entries.Count;
        var questions = Enumerable.Range(0, AtOnce).Select(i => $"{name} {i}").ToArray();
        var answers = questions.Select(Answer).ToArray();
        if (changing)
        {
            await Task.WhenAll(questions.Select(question => Progress(engine, question, Words / 3)));
            Discord.Limits.Set("POST /channels/{channel}/messages", 4, TimeSpan.FromSeconds(5));
            await Task.WhenAll(questions.Select(question => Progress(engine, question, Words * 2 / 3)));
            Discord.Limits.Set("POST /channels/{channel}/messages", 5, TimeSpan.FromSeconds(5));
        }

        List<double> lags = [];
        List<double> firsts = [];
        foreach (var (question, heard) in questions.Zip(await Task.WhenAll(answers)))
        {
            var said = engine.To(question);
            Assert.That(heard.Text, Is.EqualTo(engine.TextTo(question)), question);
            firsts.Add(Stopwatch.GetElapsedTime(said[0].At, heard.Pieces[0].At).TotalSeconds);
            lags.Add(said.Average(word => Stopwatch.GetElapsedTime(word.At, heard.Pieces.First(one => one.Length >= word.Length).At).TotalSeconds));
        }

        return new(lags.Average(), lags.Max(), firsts.Order().ElementAt(AtOnce / 2), Discord.Ledger.Entries.Count - before);
    }

    private async Task<(string Text, List<PacedEngine.Said> Pieces)> Answer(string question)
    {
        var taken = await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = question });
        Assert.That(taken.Status, Is.EqualTo(202), taken.Text);
        var request = new RequestId(taken.Json.GetProperty("request").GetProperty("id").GetGuid());
        List<PacedEngine.Said> heard = [];
        var text = new StringBuilder();
        await foreach (var happened in Host.Services.GetRequiredService<ReplyReader>().Read(request, 0, CancellationToken.None))
        {
            Assert.That(happened, Is.Not.InstanceOf<ReplyFailed>(), happened.ToString());
            if (happened is ReplyDelta delta)
            {
                text.Append(delta.Text);
                heard.Add(new(text.Length, Stopwatch.GetTimestamp()));
            }
        }

        return (text.ToString(), heard);
    }

    private static Task Progress(PacedEngine engine, string question, int words) =>
        Testing.Eventually.Is(() => engine.WordsTo(question) >= words, within: TimeSpan.FromMinutes(2));

    /// <summary>There are as many relay channels as answers.</summary>
    private Task Settled() => Testing.Eventually.Is(
        () => Host.Services.GetRequiredService<Infrastructure.Discord.Relay.DiscordCarrier>().RelayChannels >= AtOnce,
        within: TimeSpan.FromMinutes(1));

    /// <param name="MeanLag">Seconds from a word said to the word heard, over all words.</param>
    /// <param name="WorstLag">The same in the channel where it was longest.</param>
    /// <param name="FirstText">Seconds, median.</param>
    /// <param name="Posts">Of both bots.</param>
    private sealed record Figures(double MeanLag, double WorstLag, double FirstText, int Posts);
}
