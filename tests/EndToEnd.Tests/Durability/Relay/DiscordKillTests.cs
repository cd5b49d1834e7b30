namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>API host, server bot and worker, between the bots Discord.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class DiscordKillTests() : RelayKillFixture(byDiscord: true)
{
    [TestCaseSource(typeof(RelayDeath), nameof(RelayDeath.OverDiscord))]
    public Task Killed_at(RelayDeath death) => Survives(death);
}
