namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>API host and worker, between them the link.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class LinkKillTests() : RelayKillFixture(byDiscord: false)
{
    [TestCaseSource(typeof(RelayDeath), nameof(RelayDeath.OverTheLink))]
    public Task Killed_at(RelayDeath death) => Survives(death);
}
