using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>Whoever is cut off, wherever that is, resumes by the last id and holds in the end what is stored, byte for byte.</summary>
[TestFixture(Database.Sqlite, false)]
[TestFixture(Database.Sqlite, true)]
[TestFixture(Database.Postgres, false)]
[TestFixture(Database.Postgres, true)]
internal sealed class ResumeTests(Database kind, bool bySocket)
{
    private const int Seed = 20260221;
    private const int CutsInATurn = 8;

    private static readonly string[] Script =
        [.. Enumerable.Range(0, 220).Select(i => i % 5 == 4 ? $" \u00fcber \U0001F98E\u200D\U0001F525 {i}\n\n" : $" word{i}")];

    private static readonly bool Full = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 };

    private DurabilityHost _host = null!;

    /// <summary>All four fixtures together make 200 and 20 in full, 40 and 4 otherwise.</summary>
    private static (int Cuts, int Kills) Wanted => Full ? (50, 5) : (10, 1);

    [OneTimeSetUp]
    public async Task Prepare() => _host = await DurabilityHost.Start(kind, DurabilityHost.Scripted(Script, tokenMs: 8));

    [OneTimeTearDown]
    public async Task CleanUp() => await _host.DisposeAsync();

    [Test]
    public async Task Cut_at_random_places_a_reader_holds_what_is_stored()
    {
        var random = new Random(Seed + (bySocket ? 1 : 0) + (kind == Database.Postgres ? 2 : 0));
        var (cuts, kills, turns) = (0, 0, 0);
        while (cuts < Wanted.Cuts || kills < Wanted.Kills)
        {
            var (session, asked, reading) = await Ask();
            turns++;

            // One kill in a turn: a second one would meet an answer that the first has ended. It comes while the answer is being read.
            var hadText = false;
            if (kills < Wanted.Kills)
            {
                Assert.That(await Read(reading, random.Next(1, 3000), _host.Process.Kill), Is.False, "the answer was under way");
                await _host.Process.Died();
                await _host.Revive();
                hadText = string.Concat(reading.Parts).Length > 0;
                (cuts, kills) = (cuts + 1, kills + 1);
            }

            // The last event alone is longer than most cuts: it must come through in the end.
            while (!await Read(reading, reading.Cuts < CutsInATurn ? random.Next(1, 4000) : int.MaxValue))
            {
                Assert.That(reading.Cuts, Is.LessThanOrEqualTo(CutsInATurn + 1), "nobody but the test cuts");
                cuts++;
            }

            var answer = await TurnAudit.OneEnd(_host.Database, session, asked, reading);
            Assert.That(string.Concat(Script), Does.StartWith(answer.Text));
            Assert.That(reading.Code, hadText ? Is.EqualTo("worker_restarted") : Is.Null.Or.EqualTo("worker_restarted"), "what has text is not asked again");
        }

        TestContext.Out.WriteLine($"| {kind} | {(bySocket ? "WebSocket" : "SSE")} | {turns} | {cuts} | {kills} | 0 |");
    }

    private async Task<(Guid Session, Guid Asked, Reading Reading)> Ask()
    {
        using var client = _host.Client();
        var session = await client.OpenSession();
        var (message, request) = await client.Say(session, "Tell me about lizards.", Guid.NewGuid().ToString());
        return (session, message, new(request));
    }

    private async Task<bool> Read(Reading reading, int cutAfter, Action? act = null)
    {
        using var client = _host.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return bySocket
            ? await reading.ContinueOnSocket(client, patience.Token, cutAfter, act)
            : await reading.Continue(client, patience.Token, cutAfter, act);
    }
}
