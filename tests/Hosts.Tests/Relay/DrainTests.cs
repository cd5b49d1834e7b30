using MeatLizard.Application.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>A worker elsewhere says how it is, rests on a low battery, and goes in good order.</summary>
[TestFixture]
internal sealed class DrainTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(ApiHost.NoWorker);
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Its_heartbeat_is_shown_to_the_admin()
    {
        await using var worker = await Join();
        worker.Power.Now = new(OnMains: true, 81);
        await Eventually.Is(async () => (await Listed()).GetProperty("power").GetString() == "mains, battery 81 %");
        Assert.That((await Listed()).GetProperty("gpu").GetString(), Is.Null, "nobody can tell");
        worker.Sensors.Now = new("37 % busy", "71 \u00b0C") { Memory = "6.7 of 17.2 GB", GpuMemory = "0.7 GB" };
        await Eventually.Is(async () => (await Listed()).GetProperty("gpu").GetString() == "37 % busy");
        var listed = await Listed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.GetProperty("thermal").GetString(), Is.EqualTo("71 \u00b0C"));
            Assert.That(listed.GetProperty("memory").GetString(), Is.EqualTo("6.7 of 17.2 GB"));
            Assert.That(listed.GetProperty("gpu_memory").GetString(), Is.EqualTo("0.7 GB"));
            Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("online"));
            Assert.That(listed.GetProperty("draining").GetString(), Is.Null);
            Assert.That(listed.GetProperty("tokens_per_second").GetDouble(), Is.Zero);
            Assert.That(listed.GetProperty("heard_at").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(10)));
        }

        await _owner.Say(await _owner.OpenSession(), string.Join(' ', Enumerable.Range(0, 400)));
        await Eventually.Is(async () => (await Listed()).GetProperty("tokens_per_second").GetDouble() > 100);
        await Eventually.Is(async () => (await Listed()).GetProperty("tokens_per_second").GetDouble() == 0);
    }

    [Test]
    public async Task On_a_low_battery_it_takes_nothing_new_until_it_is_on_mains_again()
    {
        await using var worker = await Join();
        worker.Power.Now = new(OnMains: false, 19);
        await Eventually.Is(() => Presence().Draining);
        var listed = await Listed();
        Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("draining"));
        Assert.That(
            listed.GetProperty("draining").GetString(),
            Is.EqualTo("It runs on its battery, at 19 %. Below 20 % it takes nothing new until it is on mains."));

        worker.Power.Now = new(OnMains: false, 21);
        await Eventually.Is(() => Presence().LastBeat?.Power == "battery 21 %");
        Assert.That(Presence().Draining, Is.True, "a battery that hovers around the limit does not make it come and go");

        var refused = (await _owner.Say(await _owner.OpenSession(), "now")).Json.GetProperty("reply");
        Assert.That(refused.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(refused.GetProperty("error").GetRawText(), Does.Contain("no_worker").And.Contain("It runs on its battery"));
        Assert.That(worker.Engine.Running, Is.Zero);
        worker.Power.Now = new(OnMains: true, 21);
        await Eventually.Is(() => !Presence().Draining);
        Assert.That((await _owner.Say(await _owner.OpenSession(), "and now")).Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("and now"));
    }

    [Test]
    public async Task A_battery_that_is_full_enough_changes_nothing()
    {
        await using var worker = await Join();
        worker.Power.Now = new(OnMains: false, 20);
        await Eventually.Is(() => Presence().LastBeat?.Power == "battery 20 %");
        Assert.That(Presence().Draining, Is.False);
    }

    [Test]
    public async Task Stopped_it_finishes_what_it_has_and_takes_nothing_new()
    {
        await using var worker = await Join(Long);
        var request = await Begin(worker);
        var stopping = worker.Stop();
        await Eventually.Is(() => Presence().Draining);
        Assert.That((await Listed()).GetProperty("draining").GetString(), Is.EqualTo("It is being stopped."));
        Assert.That(stopping.IsCompleted, Is.False);

        worker.Engine.Release();
        await stopping;
        var events = await _owner.Events($"/api/v1/requests/{request}/events");
        Assert.That((events[^1].Event, Text(events)), Is.EqualTo(("completed", "hold on")));
        await Eventually.Is(() => Registry.List().Count == 0, TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task What_is_not_finished_in_time_ends_with_its_text()
    {
        await using var worker = await Join(TimeSpan.FromMilliseconds(300));
        var request = await Begin(worker);
        await worker.Stop();
        var events = await _owner.Events($"/api/v1/requests/{request}/events");
        Assert.That((events[^1].Event, Text(events)), Is.EqualTo(("failed", "hold")));
        Assert.That(events[^1].Data.GetRawText(), Does.Contain("worker_stopping").And.Contain("\"retryable\":true"));
    }

    [Test]
    public async Task Whoever_stops_it_twice_does_not_wait()
    {
        await using var worker = await Join(Long);
        var request = await Begin(worker);
        var stopping = worker.Stop();
        await Eventually.Is(() => Presence().Draining);
        worker.HasNoPatience();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
        var events = await _owner.Events($"/api/v1/requests/{request}/events");
        Assert.That((events[^1].Event, Text(events)), Is.EqualTo(("failed", "hold")));
    }

    private IWorkerRegistry Registry => _host.Services.GetRequiredService<IWorkerRegistry>();

    private WorkerPresence Presence() => Registry.List().Single();

    private async Task<System.Text.Json.JsonElement> Listed() =>
        (await _owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0];

    private async Task<LinkedWorker> Join(TimeSpan? drainWithin = null)
    {
        using var nobody = _host.Nobody();
        var code = (await _owner.Post("/api/v1/admin/workers", new { name = "anna-mac" })).Json.GetProperty("code").GetString();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code });
        var worker = await LinkedWorker.Start(
            _host.Address, "anna-mac", Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!), drainWithin);
        await Eventually.Is(() => Registry.List() is [{ LastBeat: not null }]);
        return worker;
    }

    /// <summary>An answer that has said its first word and holds.</summary>
    private async Task<string> Begin(LinkedWorker worker)
    {
        var turn = await _owner.Post($"/api/v1/sessions/{await _owner.OpenSession()}/messages", new { content = "hold on" });
        var request = turn.Json.GetProperty("request").GetProperty("id").GetString()!;
        var events = await _owner.Events($"/api/v1/requests/{request}/events", most: 3);
        Assert.That(events.Select(each => each.Event), Has.Some.EqualTo("delta"));
        Assert.That(worker.Engine.Running, Is.EqualTo(1));
        return request;
    }

    private static string Text(IEnumerable<(string? Id, string Event, System.Text.Json.JsonElement Data)> events) =>
        string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
}
