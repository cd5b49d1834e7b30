using MeatLizard.KillHost;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>The same with the real llama-server, which must not outlive its host.</summary>
[TestFixture]
internal sealed class RealKillTests
{
    private DurabilityHost _host = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _host = await DurabilityHost.Start(Database.Sqlite, DurabilityHost.Real);

    [OneTimeTearDown]
    public async Task CleanUp() => await _host.DisposeAsync();

    [TestCase(KillPoint.Accepted, 0)]
    [TestCase(KillPoint.MidGeneration, 3)]
    [TestCase(KillPoint.ChunkCommitted, 1)]
    [TestCase(KillPoint.DoneReceived, 0)]
    public async Task Killed_at(KillPoint point, int passes)
    {
        var turn = await KilledTurn.Run(_host, "Tell me about lizards.", point, passes);
        TestContext.Out.WriteLine(turn.Row(Database.Sqlite, point));
        Assert.That(turn.Reading.Code, Is.Null.Or.EqualTo("worker_restarted"));
        Assert.That(_host.Process.IsAlive, Is.True);
    }
}
