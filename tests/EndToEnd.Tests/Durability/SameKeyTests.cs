using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>However often and however much at once a message is sent with one key, it is said once.</summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class SameKeyTests(Database kind)
{
    private DurabilityHost _host = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _host = await DurabilityHost.Start(kind, DurabilityHost.Scripted(["One", " answer."], tokenMs: 0));

    [OneTimeTearDown]
    public async Task CleanUp() => await _host.DisposeAsync();

    [Test]
    public async Task Sent_many_times_at_once_it_is_one_message()
    {
        using var client = _host.Client();
        for (var round = 0; round < 15; round++)
        {
            var session = await client.OpenSession();
            var key = Guid.NewGuid().ToString();
            var given = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.Say(session, "Once.", key)));
            Assert.That(given.Distinct().Count(), Is.EqualTo(1));
            var reading = new Reading(given[0].Request);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.That(await reading.Continue(client, patience.Token), Is.True);
            await TurnAudit.OneEnd(_host.Database, session, given[0].Message, reading);
        }
    }
}
