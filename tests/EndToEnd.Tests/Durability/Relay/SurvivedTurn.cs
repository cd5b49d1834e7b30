using System.Diagnostics;
using MeatLizard.Domain.Conversations;
using MeatLizard.KillHost;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>One message, in whose life a host dies and is started again, and what became of it.</summary>
/// <param name="WasTold">Whether the client had been told its ids before.</param>
/// <param name="EndedWithin">From the restart to the end at the reader; zero when that had come before.</param>
/// <param name="AnsweredWithin">From then on, until a worker was there and another message had its answer.</param>
internal sealed record SurvivedTurn(bool WasTold, Reading Reading, Message Answer, TimeSpan EndedWithin, TimeSpan AnsweredWithin)
{
    private const string Question = "Tell me about lizards.";

    public string Text => string.Concat(Reading.Parts);

    public static async Task<SurvivedTurn> Run(RelayHosts hosts, RelayDeath death)
    {
        await hosts.Ready();
        var victim = hosts[death.Host];
        var key = Guid.NewGuid().ToString();
        using var client = hosts.Client();
        var session = await client.OpenSession();
        await victim.Arm(death.Point, death.Passes);
        var byOutbox = death is { Host: RelayRole.Api, Point: KillPoint.OutboxPicked };
        if (byOutbox)
        {
            await victim.PauseDispatch();
        }

        var told = await TrySay(client, session, key);
        var reading = told is { } ids ? new Reading(ids.Request) : null;
        var end = reading?.Continue(client, Patience());
        if (byOutbox)
        {
            await victim.ResumeDispatch();
        }

        if (death.Point == KillPoint.None)
        {
            await Eventually.Is(() => reading!.Parts.Count > 0);
            victim.Kill();
        }

        Assert.That(await victim.Died(), Is.EqualTo(KillHostProcess.Killed));
        await victim.NoChildIsLeft();
        if (death.IsMissed)
        {
            await Eventually.Is(async () => await client.State(reading!.Request) == "queued");
        }

        var hadEnded = reading is { End: not null };
        await hosts.Revive(death.Host);
        var revived = Stopwatch.GetTimestamp();

        // Whoever had no answer, or lost its reader, asks again with the same key.
        var given = await client.Say(session, Question, key);
        Assert.That(given, Is.EqualTo(told ?? given), "the same key gives the same ids");
        reading ??= new(given.Request);
        Assert.That((end is not null && await end) || await reading.Continue(client, Patience()), Is.True, "the end has come");
        var endedWithin = hadEnded ? TimeSpan.Zero : Stopwatch.GetElapsedTime(revived);
        var asked = Stopwatch.GetTimestamp();
        await hosts.Ready();
        await Another(client);
        var answeredWithin = Stopwatch.GetElapsedTime(asked);
        return new(told is not null, reading, await TurnAudit.OneEnd(hosts.Database, session, given.Message, reading), endedWithin, answeredWithin);
    }

    public string Row(bool byDiscord, RelayDeath death) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {(byDiscord ? "Discord" : "link")} | {death.Host} | {death.Point} {death.Passes}{(death.IsMissed ? " missed" : "")} | {(WasTold ? "yes" : "no")} | {Reading.End} {Reading.Code} | {Text.Length} | {EndedWithin.TotalSeconds:0.0} | {AnsweredWithin.TotalSeconds:0.0} |");

    /// <summary>The relay works again: another message is answered.</summary>
    private static async Task Another(ApiClient client)
    {
        var (_, request) = await client.Say(await client.OpenSession(), "And now?", Guid.NewGuid().ToString());
        var reading = new Reading(request);
        Assert.That(await reading.Continue(client, Patience()), Is.True);
        Assert.That(reading.End, Is.EqualTo("completed"), $"the next message ends with {reading.Code}");
    }

    /// <summary>A reader that waits longer than this waits for ever.</summary>
    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private static async Task<(Guid Message, Guid Request)?> TrySay(ApiClient client, Guid session, string key)
    {
        try
        {
            return await client.Say(session, Question, key);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
