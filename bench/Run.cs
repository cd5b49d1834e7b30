using System.Diagnostics;
using System.Globalization;

namespace MeatLizard.Bench;

/// <summary>One run: everything prepared, then round by round, then the table.</summary>
internal static class Run
{
    private const int UsualRounds = 5;

    public static async Task<int> All(IReadOnlyList<string> arguments)
    {
        var rounds = Value(arguments, "--rounds") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : UsualRounds;
        var only = Value(arguments, "--only")?.Split(',');
        using var stopped = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopped.Cancel();
        };
        string[] machine = [.. Machine.Describe(rounds)];
        await using var stage = new Stage();
        IMeasure[] measures =
        [
            new FirstToken(stage),
            TokenRate.InProcess(stage),
            new LinkFirstToken(stage),
            TokenRate.OverTheLink(stage),
            new DiscordRoundTrip(stage),
            new DurableMessages(stage),
            new ReadSession(stage),
            new StartTime(stage),
            new IdleMemory(stage),
            new BotMemory(stage),
            new IdleWorkers(stage),
            new LongSession(stage),
            new Sealing(),
            new Commits(stage),
        ];
        if (arguments.Contains("--list"))
        {
            Console.WriteLine(string.Join(Environment.NewLine, measures.Select(measure => measure.Name)));
            return 0;
        }

        var chosen = measures.Where(measure => only is null || only.Contains(measure.Name)).ToArray();
        foreach (var measure in chosen)
        {
            await Step($"prepare {measure.Name}", () => measure.Prepare(stopped.Token));
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var measure in chosen)
            {
                await Step($"round {round} of {rounds}: {measure.Name}", () => measure.Round(stopped.Token));
            }
        }

        Row[] rows = [.. chosen.SelectMany(measure => measure.Rows())];
        Console.WriteLine();
        Console.WriteLine(Table.Of(rows));
        if (only is null)
        {
            await File.WriteAllTextAsync(Path.Combine(Stage.Root, "bench", "RESULTS.md"), Table.Document(machine, rows));
        }

        return 0;
    }

    private static string? Value(IReadOnlyList<string> arguments, string name) =>
        arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();

    private static async Task Step(string what, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)"));
    }
}
