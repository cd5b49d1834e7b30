using MeatLizard.Domain.Conversations;
using MeatLizard.KillHost;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>One message to a host that dies of it, and what became of the turn after a restart.</summary>
/// <param name="WasTold">Whether the client had been told its ids before the host died.</param>
internal sealed record KilledTurn(bool WasTold, Reading Reading, Message Answer)
{
    public static async Task<KilledTurn> Run(DurabilityHost host, string question, KillPoint point, int passes)
    {
        await host.Revive();
        var key = Guid.NewGuid().ToString();
        Guid session;
        (Guid Message, Guid Request)? told;
        Reading? reading = null;
        using (var client = host.Client())
        {
            session = await client.OpenSession();
            await host.Process.Arm(point, passes);
            var byOutbox = point == KillPoint.OutboxPicked;
            if (byOutbox)
            {
                await host.Process.PauseDispatch();
            }

            told = await TrySay(client, session, question, key);
            if (told is { } ids)
            {
                if (byOutbox)
                {
                    await host.Process.ResumeDispatch();
                }

                reading = new(ids.Request);
                await reading.Continue(client, Patience());
                Assert.That(reading.End is null || point == KillPoint.EndCommitted, Is.True, "the host died before the end");
            }

            Assert.That(await host.Process.Died(), Is.EqualTo(KillHostProcess.Killed));
            await host.Process.NoChildIsLeft();
        }

        await host.Revive();
        using var again = host.Client();
        var given = await again.Say(session, question, key);
        Assert.That(given, Is.EqualTo(told ?? given), "the same key gives the same ids");
        reading ??= new(given.Request);
        Assert.That(reading.End is not null || await reading.Continue(again, Patience()), Is.True, "the end has come");
        Assert.That(await again.Say(session, question, key), Is.EqualTo(given), "and the same again after the end");
        return new(told is not null, reading, await TurnAudit.OneEnd(host.Database, session, given.Message, reading));
    }

    public string Row(Database kind, KillPoint point) =>
        $"| {kind} | {point} | {(WasTold ? "yes" : "no")} | {Reading.End} {Reading.Code} | {Answer.Text.Length} |";

    /// <summary>A reader that waits longer than this waits for ever.</summary>
    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private static async Task<(Guid Message, Guid Request)?> TrySay(ApiClient client, Guid session, string question, string key)
    {
        try
        {
            return await client.Say(session, question, key);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
