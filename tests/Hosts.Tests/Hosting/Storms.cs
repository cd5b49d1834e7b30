using System.Diagnostics;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>
/// Storms: while answers are under way, one thing after another goes wrong, by a seed that can be played again. Whatever it was, every request
/// has one end, what is called complete is what the model said, and once it is over the next answer comes.
/// </summary>
/// <param name="readers">The host at which the answers are asked for and read.</param>
internal sealed class Storms(PacedEngine engine, ApiClient owner, ReplyReader readers)
{
    /// <summary>Answers under way in a storm.</summary>
    public const int AtOnce = 3;

    /// <summary>So much later than without a storm every answer is there, counted from the storm's end.</summary>
    public static readonly TimeSpan RecoversWithin = TimeSpan.FromSeconds(10);

    private const int Words = 24;
    private const int Faults = 3;
    private const double PerSecond = 30;

    /// <summary>The one storm that is to be played again, by the number that it has in a failure's words.</summary>
    private static readonly int? Only = int.TryParse(Environment.GetEnvironmentVariable("MEATLIZARD_STORM"), out var seed) ? seed : null;

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(90);

    /// <summary>An engine for them.</summary>
    public static PacedEngine Engine() => new(AtOnce, Words, PerSecond);

    /// <summary>Whether after these faults an answer may be given up before its first word, because nobody could be asked. Never, unless it is said.</summary>
    public Func<IReadOnlyList<string>, bool> MayBeGivenUp { get; init; } = _ => false;

    /// <summary>How many were.</summary>
    public int GivenUp { get; private set; }

    /// <param name="disturb">Makes one thing go wrong, and says what it was.</param>
    /// <param name="calm">Puts everything right again.</param>
    /// <returns>How many answers came whole, and by how much the slowest one after a storm was late.</returns>
    public async Task<(int Whole, TimeSpan Latest)> Play(int storms, Func<Random, Task<string>> disturb, Func<Task> calm)
    {
        var (whole, latest) = (0, TimeSpan.Zero);
        var (first, last) = Only is { } chosen ? (chosen, chosen) : (1, storms);
        for (var seed = first; seed <= last; seed++)
        {
            var name = $"storm {seed}";
            var random = new Random(seed);
            var questions = Enumerable.Range(0, AtOnce).Select(i => $"{name}, {i}").ToArray();
            var answers = questions.Select(Answer).ToArray();
            List<string> faults = [];
            for (var i = 0; i < Faults; i++)
            {
                faults.Add(await disturb(random));
                await GoOn(questions, answers, random.Next(2, 12));
            }

            await calm();
            TestContext.Out.WriteLine($"{name}: {string.Join(", ", faults)}");
            var started = Stopwatch.GetTimestamp();
            foreach (var answer in answers)
            {
                whole += await IsWhole(answer, faults) ? 1 : 0;
            }

            var (_, after, end) = await Answer($"after {name}").WaitAsync(EndsWithin);
            Assert.That(end, Is.InstanceOf<ReplyCompleted>(), $"{name}: {string.Join(", ", faults)}; {(end as ReplyFailed)?.Error.Message}");
            Assert.That(after, Is.EqualTo(engine.TextTo($"after {name}")));
            var late = Stopwatch.GetElapsedTime(started) - TimeSpan.FromSeconds(Words / PerSecond);
            latest = late > latest ? late : latest;
        }

        TestContext.Out.WriteLine($"{whole} of {(last - first + 1) * AtOnce} answers whole, {GivenUp} given up before their first word; after a storm the slowest answer came {latest.TotalSeconds:0.0} s late");
        return (whole, latest);
    }

    private async Task<bool> IsWhole(Task<(string Question, string Text, ReplyEvent End)> answer, List<string> faults)
    {
        var (question, text, end) = await answer.WaitAsync(EndsWithin);
        Assert.That(end.IsEnd, question);
        if (end is ReplyCompleted)
        {
            Assert.That(text, Is.EqualTo(engine.TextTo(question)), $"{question}: {string.Join(", ", faults)}");
            return true;
        }

        TestContext.Out.WriteLine($"  {question}: {(end as ReplyFailed)?.Error.Code} after {text.Length} characters");
        GivenUp += MayBeGivenUp(faults) && text.Length == 0 && end is ReplyFailed { Error.Code: "not_acknowledged" } ? 1 : 0;
        return false;
    }

    /// <summary>The model has said so many words more, or there is nothing left to be said.</summary>
    private Task GoOn(string[] questions, Task[] answers, int words)
    {
        var until = Math.Min(questions.Sum(engine.WordsTo) + words, questions.Length * Words);
        return Testing.Eventually.Is(() => questions.Sum(engine.WordsTo) >= until || answers.All(answer => answer.IsCompleted), EndsWithin);
    }

    private async Task<(string Question, string Text, ReplyEvent End)> Answer(string question)
    {
        var taken = await owner.Post($"/api/v1/sessions/{await owner.OpenSession()}/messages", new { content = question });
        Assert.That(taken.Status, Is.EqualTo(202), taken.Text);
        var text = new StringBuilder();
        ReplyEvent? end = null;
        var request = new RequestId(taken.Json.GetProperty("request").GetProperty("id").GetGuid());
        await foreach (var happened in readers.Read(request, 0, CancellationToken.None))
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
