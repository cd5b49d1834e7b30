using System.Diagnostics;
using System.Globalization;
using MeatLizard.Bench.Sockets;
using MeatLizard.Bench.Stateless;

namespace MeatLizard.Bench;

/// <summary>One run: everything prepared, then round by round, then the table.</summary>
internal static class Run
{
    /// <summary>A step that takes longer than this never ends.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    public static async Task<int> All(IReadOnlyList<string> words)
    {
        if (RunArguments.Read(words) is not { } asked)
        {
            await Console.Error.WriteLineAsync(RunArguments.Usage);
            return 1;
        }

        using var stopped = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopped.Cancel();
        };
        string[] machine = [.. Machine.Describe(asked.Rounds)];
        var ticks = Machine.Ticks();
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
            new StatelessFirstToken(stage),
            new StatelessRate(stage),
            new CachedAnswers(stage),
            new SocketEvents(stage),
            new IdleSockets(stage),
        ];
        if (asked.IsList)
        {
            Console.WriteLine(string.Join(Environment.NewLine, measures.Select(measure => measure.Name)));
            return 0;
        }

        if (asked.Meaningless(measures) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"bench: there is no measure {unknown}; --list names them.");
            return 1;
        }

        var chosen = measures.Where(asked.Means).ToList();
        foreach (var measure in chosen.ToArray())
        {
            await Step($"prepare {measure.Name}", measure.Prepare, measure);
        }

        for (var round = 1; round <= asked.Rounds; round++)
        {
            foreach (var measure in chosen.ToArray())
            {
                await Step($"round {round} of {asked.Rounds}: {measure.Name}", measure.Round, measure);
            }
        }

        Row[] rows = [.. chosen.SelectMany(measure => measure.Rows())];
        Console.WriteLine();
        Console.WriteLine(Table.Of(rows));
        if (asked.Only is null)
        {
            await File.WriteAllTextAsync(Path.Combine(Stage.Root, "bench", "RESULTS.md"), Table.Document([.. machine, Machine.Stolen(ticks)], rows));
        }

        return chosen.Count > 0 ? 0 : 1;

        // What breaks costs its own rows, and not the others theirs.
        async Task Step(string what, Func<CancellationToken, Task> work, IMeasure measure)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(stopped.Token);
            late.CancelAfter(Longest);
            var started = Stopwatch.GetTimestamp();
            try
            {
                await work(late.Token).WaitAsync(late.Token);
            }
            catch (Exception broken) when (!stopped.IsCancellationRequested)
            {
                chosen.Remove(measure);
                Console.Error.WriteLine($"{what}: broke off, and has no rows. {broken}");
                return;
            }

            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)"));
        }
    }
}
