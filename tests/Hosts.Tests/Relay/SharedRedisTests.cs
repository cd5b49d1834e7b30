using System.Diagnostics;
using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Two API hosts over one PostgreSQL and one Redis. Only the first has a worker.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class SharedRedisTests
{
    private TestRedis _redis = null!;
    private TestDatabase _database = null!;
    private ApiHost _first = null!;
    private ApiHost _second = null!;

    [SetUp]
    public async Task Start()
    {
        _redis = await TestRedis.Start();
        _database = await TestDatabase.Create(Database.Postgres);
        _first = await Host();
        _second = await Host(ApiHost.NoWorker);
        await Eventually.Is(() => Workers(_second).List().Any(worker => worker.IsElsewhere));
    }

    [TearDown]
    public async Task Stop()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        await _database.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_limit_is_shared()
    {
        await Limit(10);
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        var session = await here.OpenSession();
        var statuses = new List<int>();
        for (var i = 0; i < 14; i++)
        {
            var caller = i % 2 == 0 ? here : there;
            statuses.Add((await caller.Post($"/api/v1/sessions/{session}/messages", new { content = "hi" }, ("Prefer", "wait=20"))).Status);
        }

        Assert.That(statuses.Count(status => status == 200), Is.EqualTo(10));
        Assert.That(statuses.Skip(10), Is.All.EqualTo(429));
    }

    [Test]
    public async Task A_reader_at_one_host_streams_what_the_other_ones_worker_writes()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        _first.Engine.Hold();
        var session = await here.OpenSession();
        var turn = (await here.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this and that" })).Json;
        var path = $"/api/v1/requests/{turn.GetProperty("request").GetProperty("id").GetString()}/events";
        var begun = await there.Events(path, most: 3);
        Assert.That(begun.Select(happened => happened.Event), Does.Contain("delta"), "the first word, while the rest is held back");
        var reading = there.Events(path, headers: ("Last-Event-ID", begun[^1].Id!));
        _first.Engine.Release();
        var rest = await reading;
        Assert.That(rest[^1].Event, Is.EqualTo("completed"));
        Assert.That(Text(begun) + Text(rest), Is.EqualTo("hold this and that"));
    }

    [Test]
    public async Task A_message_that_one_host_takes_is_answered_by_the_other_ones_worker_at_once()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        var session = await there.OpenSession();
        await there.Say(session, "warm up");
        List<TimeSpan> took = [];
        for (var i = 0; i < 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.That((await there.Say(session, "echo me")).Text, Does.Contain("echo me"));
            took.Add(Stopwatch.GetElapsedTime(began));
        }

        // Without being called the worker's host would look once a second, and the reader as well.
        Assert.That(took.Order().ElementAt(2), Is.LessThan(TimeSpan.FromMilliseconds(500)));
    }

    [Test]
    public async Task A_stop_said_at_one_host_reaches_the_other_ones_worker_and_frees_its_slot()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        _first.Engine.Hold();
        var session = await there.OpenSession();
        var turn = (await there.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this" })).Json;
        var id = turn.GetProperty("request").GetProperty("id").GetString();
        await Eventually.Is(() => _first.Engine.Running == 1);
        Assert.That((await there.Post($"/api/v1/requests/{id}/cancel")).Status, Is.InRange(200, 204));
        await Eventually.Is(() => _first.Engine.Running == 0);
        await Eventually.Is(() => Workers(_first).List()[0] is var worker && worker.SlotsFree == worker.Slots);
    }

    [Test]
    public async Task A_key_revoked_at_one_host_is_refused_by_the_other_before_it_would_look_again()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        Assert.That((await there.Get("/api/v1/me")).Status, Is.EqualTo(200));
        Assert.That((await here.Delete($"/api/v1/keys/{here.KeyId}")).Status, Is.EqualTo(204));
        await Eventually.Is(async () => (await there.Get("/api/v1/me")).Status == 401, TimeSpan.FromSeconds(2));
    }

    [Test]
    public async Task An_answer_that_one_host_has_kept_is_given_by_the_other()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        var question = new { model = "echo", temperature = 0, messages = new[] { new { role = "user", content = "keep this" } } };

        // Here it is answered, there nobody could do it.
        await Eventually.Is(async () => (await here.Post("/v1/chat/completions", question)).Status == 200
            && (await there.Post("/v1/chat/completions", question)).Header("X-MeatLizard-Cache") == "hit");
        Assert.That(_first.Engine.Asked, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_place_changed_at_one_host_is_read_anew_at_the_other()
    {
        var (here, there) = (_first.Services.GetRequiredService<PlaceTable>(), _second.Services.GetRequiredService<PlaceTable>());
        var web = (await there.Find(PlaceKind.Web, "", CancellationToken.None))!;
        await using (var scope = _first.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<IPlaceStore>().Save(web with { Name = "The page" });
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        }

        here.Forget();
        await Eventually.Is(async () => (await there.Find(PlaceKind.Web, "", CancellationToken.None))!.Name == "The page");
    }

    [Test]
    public async Task Without_Redis_messages_are_answered_all_the_same_and_health_says_what_is_missing()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        using var owner = await _second.Owner();
        var session = await there.OpenSession();
        await there.Say(session, "before");
        var deep = (await owner.Get("/health/deep")).Json;
        Assert.That(deep.GetProperty("accelerators").ToString(), Is.EqualTo("""[{"name":"redis","status":"ok","away_since":null}]"""));
        await _redis.Kill();
        Assert.That((await there.Say(session, "meanwhile")).Text, Does.Contain("meanwhile"));
        Assert.That((await here.Say(session, "here too")).Text, Does.Contain("here too"));
        deep = (await owner.Get("/health/deep")).Json;
        Assert.That(deep.GetProperty("status").GetString(), Is.EqualTo("degraded"));
        Assert.That(deep.GetProperty("accelerators")[0].GetProperty("status").GetString(), Is.EqualTo("away"));
        Assert.That(deep.GetProperty("problem").GetString(), Does.StartWith("Redis does not answer"));
        await _redis.Restart();
        await Eventually.Is(
            async () => (await owner.Get("/health/deep")).Json.GetProperty("status").GetString() == "ok", TimeSpan.FromSeconds(10));
        Assert.That((await there.Say(session, "after")).Text, Does.Contain("after"));
    }

    [Test]
    public async Task While_Redis_is_away_nobody_gives_up_a_request_that_another_hosts_busy_worker_will_answer()
    {
        using var here = await _first.Member("anna");
        using var there = At(_second, here);
        _first.Engine.Hold();
        for (var i = 0; i < 8; i++)
        {
            await here.Post($"/api/v1/sessions/{await here.OpenSession()}/messages", new { content = "hold on" });
        }

        await Eventually.Is(() => _first.Engine.Running == 8);
        await _redis.Kill();
        var session = await there.OpenSession();
        var waiting = there.Say(session, "patience");
        var clock = Stopwatch.StartNew();

        // Longer than a host without any worker waits for one to come.
        await Eventually.Is(() => waiting.IsCompleted || clock.Elapsed > TimeSpan.FromSeconds(3));
        _first.Engine.Release();
        var answer = (await waiting).Json;
        Assert.That(answer.GetProperty("message").GetProperty("status").GetString(), Is.EqualTo("complete"));
    }

    private static string Text(IEnumerable<(string? Id, string Event, JsonElement Data)> events) =>
        string.Concat(events.Where(happened => happened.Event == "delta").Select(happened => happened.Data.GetProperty("text").GetString()));

    private static IWorkerRegistry Workers(ApiHost host) => host.Services.GetRequiredService<IWorkerRegistry>();

    /// <summary>The same caller at another host.</summary>
    private static ApiClient At(ApiHost host, ApiClient caller) =>
        new(host.Address) { Key = caller.Key, KeyId = caller.KeyId, UserId = caller.UserId };

    private async Task Limit(int perMinute)
    {
        foreach (var host in new[] { _second, _first })
        {
            await host.DisposeAsync();
        }

        var limit = $"--Limits:PerMinute={perMinute}";
        _first = await Host(limit);
        _second = await Host(limit, ApiHost.NoWorker);
    }

    private async Task<ApiHost> Host(params string[] more)
    {
        var host = await ApiHost.Start(
        [
            .. _database.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            $"--Redis:ConnectionString={_redis.ConnectionString}",
            $"--Security:MasterKey={new string('7', 64)}",
            "--Relay:WorkerGrace=00:00:01",
            .. more,
        ]);
        await Eventually.Is(() => host.Services.GetRequiredService<RedisLink>().Answers);
        return host;
    }
}
