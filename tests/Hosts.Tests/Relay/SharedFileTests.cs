using System.Diagnostics;
using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage.Neighbours;
using MeatLizard.Testing;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Two hosts over one SQLite file, without Redis. Only the first has a worker, and answers for the second, as the server bot does.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class SharedFileTests
{
    private TestDatabase _database = null!;
    private ApiHost _first = null!;
    private ApiHost _second = null!;

    [SetUp]
    public async Task Start()
    {
        _database = await TestDatabase.Create(Database.Sqlite);
        _first = await StartFirst();
        _second = await Host([ApiHost.NoWorker]);
        await Eventually.Is(() => Workers(_second).List().Any(worker => worker.IsElsewhere));
    }

    [TearDown]
    public async Task Stop()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_message_that_one_host_takes_is_answered_by_the_other_ones_worker_at_once()
    {
        using var there = await _second.Member("anna");
        var session = await there.OpenSession();
        await there.Say(session, "warm up");
        List<TimeSpan> took = [];
        for (var i = 0; i < 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.That((await there.Say(session, "echo me")).Text, Does.Contain("echo me"));
            took.Add(Stopwatch.GetElapsedTime(began));
        }

        // Without the watch the outbox is looked into once a second, and so is the answer.
        Assert.That(took.Order().ElementAt(2), Is.LessThan(TimeSpan.FromMilliseconds(500)), string.Join(", ", took));
    }

    [Test]
    public async Task What_a_host_remembers_of_a_session_gives_way_to_what_the_other_has_stored()
    {
        using var here = await _first.Member("anna");
        using var there = _second.Nobody();
        there.Key = here.Key;
        var session = await here.OpenSession();
        await here.Say(session, "echo one");
        Assert.That((await there.Patch($"/api/v1/sessions/{session}", new { title = "Changed there" })).Status, Is.EqualTo(200));
        await here.Say(session, "echo two");
        await there.Say(session, "echo three");
        await here.Say(session, "echo four");
        var messages = (await here.Get($"/api/v1/sessions/{session}/messages")).Json.GetProperty("items");
        Assert.That((await here.Get($"/api/v1/sessions/{session}")).Json.GetProperty("title").GetString(), Is.EqualTo("Changed there"));
        Assert.That(messages.GetArrayLength(), Is.EqualTo(8));

        Assert.That((await there.Post($"/api/v1/sessions/{session}/close")).Status, Is.EqualTo(200));
        var refused = await here.Post($"/api/v1/sessions/{session}/messages", new { content = "echo five" });
        Assert.That((refused.Status, refused.Json.GetProperty("code").GetString()), Is.EqualTo((409, "session_closed")));
        Assert.That((await there.Delete($"/api/v1/sessions/{session}")).Status, Is.EqualTo(204));
        Assert.That((await here.Post($"/api/v1/sessions/{session}/messages", new { content = "echo six" })).Status, Is.EqualTo(404));
        await Eventually.Is(() => _first.Engine.Running == 0);
    }

    [Test]
    public async Task A_reader_at_one_host_streams_what_the_other_ones_worker_writes()
    {
        using var there = await _second.Member("anna");
        _first.Engine.Hold();
        var session = await there.OpenSession();
        var turn = (await there.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this and that" })).Json;
        var path = $"/api/v1/requests/{turn.GetProperty("request").GetProperty("id").GetString()}/events";
        await Eventually.Is(() => _first.Engine.Running == 1);
        var begun = await there.Events(path, most: 3);
        Assert.That(begun.Select(happened => happened.Event), Does.Contain("delta"), "the first word, while the rest is held back");
        var reading = there.Events(path, headers: ("Last-Event-ID", begun[^1].Id!));
        _first.Engine.Release();
        var rest = await reading;
        Assert.That(Text(begun) + Text(rest), Is.EqualTo("hold this and that"));
    }

    [Test]
    public async Task An_answer_is_stopped_at_the_host_that_does_not_write_it()
    {
        using var there = await _second.Member("anna");
        _first.Engine.Hold();
        var session = await there.OpenSession();
        var turn = (await there.Post($"/api/v1/sessions/{session}/messages", new { content = "hold on" })).Json;
        await Eventually.Is(() => _first.Engine.Running == 1);
        await there.Post($"/api/v1/requests/{turn.GetProperty("request").GetProperty("id").GetString()}/cancel", new { });
        await Eventually.Is(() => _first.Engine.Running == 0);
        await Eventually.Is(() => Workers(_first).List().Single() is var worker && worker.SlotsFree == worker.Slots);
    }

    [Test]
    public async Task A_worker_that_is_drained_at_one_host_is_given_nothing_new_at_the_other()
    {
        using var owner = await _second.Owner();
        var drained = await owner.Post("/api/v1/admin/workers/local/drain", new { });
        Assert.That(drained.Status, Is.LessThan(300), drained.Text);
        await Eventually.Is(() => Workers(_first).List().Single().Draining);
        await Eventually.Is(() => Workers(_second).List().Single().Draining);
    }

    [Test]
    public async Task A_host_that_goes_takes_its_workers_with_it_and_one_that_comes_brings_them()
    {
        await _first.DisposeAsync();
        await Eventually.Is(() => Workers(_second).List().Count == 0);
        using var there = await _second.Member("anna");
        var left = await there.Say(await there.OpenSession(), "anybody?");
        Assert.That(left.Text, Does.Contain("no_worker"));

        _first = await StartFirst();
        await Eventually.Is(() => Workers(_second).List().Count == 1);
        Assert.That((await there.Say(await there.OpenSession(), "and now?")).Text, Does.Contain("complete"));
    }

    [Test]
    public async Task What_a_dead_host_has_left_in_the_table_is_not_believed_for_long()
    {
        var clock = new MovedClock();
        await using var other = _database.AddHost(services => services
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<PresenceTable>());
        var table = other.GetRequiredService<PresenceTable>();
        await table.Tell([new(new("ghost"), "discord", "00", [], 1, 1, false, null)], [], CancellationToken.None);
        await Eventually.Is(() => Workers(_second).List().Any(worker => worker.Id == new WorkerId("ghost")));

        // As if its host had been killed a lease ago.
        clock.Behind = PresenceTable.Lease;
        await table.Tell([new(new("ghost"), "discord", "00", [], 1, 1, false, null)], [], CancellationToken.None);
        await Eventually.Is(() => Workers(_second).List().All(worker => worker.Id != new WorkerId("ghost")));
    }

    private static string Text(IEnumerable<(string? Id, string Event, JsonElement Data)> events) =>
        string.Concat(events.Where(happened => happened.Event == "delta").Select(happened => happened.Data.GetProperty("text").GetString()));

    private static IWorkerRegistry Workers(ApiHost host) => host.Services.GetRequiredService<IWorkerRegistry>();

    private Task<ApiHost> StartFirst() =>
        Host([], services => services.Replace(ServiceDescriptor.Singleton(new NeighbourOptions(AnswersForOthers: true))));

    private Task<ApiHost> Host(string[] more, Action<IServiceCollection>? also = null) => ApiHost.Start(
    [
        .. ApiHost.WithOwner,
        $"--Storage:ConnectionString=Data Source={_database.Settings["DataFolder"]}/meatlizard.db",
        "--Relay:WorkerGrace=00:00:01",
        .. more,
    ], also ?? (_ => { }));

    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Behind { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - Behind;
    }
}
