using System.Diagnostics;
using System.Globalization;
using MeatLizard.Bench.Sockets;
using MeatLizard.Bench.Stateless;

namespace MeatLizard.Bench;

/// <summary>One run: everything prepared, then round by round, then the table.</summary>
internal static class Run
{
    private const int UsualRounds = 5;

    /// <summary>A step that takes longer than this never ends.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

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
        if (arguments.Contains("--list"))
        {
            Console.WriteLine(string.Join(Environment.NewLine, measures.Select(measure => measure.Name)));
            return 0;
        }

        var chosen = measures.Where(measure => only is null || only.Any(name => IsMeant(name, measure))).ToList();
        foreach (var measure in chosen.ToArray())
        {
            await Step($"prepare {measure.Name}", measure.Prepare, measure);
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var measure in chosen.ToArray())
            {
                await Step($"round {round} of {rounds}: {measure.Name}", measure.Round, measure);
            }
        }

        Row[] rows = [.. chosen.SelectMany(measure => measure.Rows())];
        Console.WriteLine();
        Console.WriteLine(Table.Of(rows));
        if (only is null)
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

    /// <summary>By its name, or with all whose names begin like this.</summary>
    private static bool IsMeant(string name, IMeasure measure) =>
        measure.Name == name || measure.Name.StartsWith(name + "-", StringComparison.Ordinal);

    private static string? Value(IReadOnlyList<string> arguments, string name) =>
        arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
}
