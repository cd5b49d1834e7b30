using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class WorkerTests
{
    private static readonly DateTimeOffset Now = Requests.Now;

    [Test]
    public void Every_verb_in_every_state() => new StateTable<Worker, WorkerState>
    {
        States = Enum.GetValues<WorkerStatus>().ToDictionary(status => $"{status}", status => (Func<Worker>)(() => At(status))),
        Name = worker => $"{worker.State.Status}",
        Births = [nameof(Worker.Join)],
        Verbs = new Dictionary<string, Action<Worker>>
        {
            ["Announce"] = worker => worker.Announce(Hello("ab")),
            ["Announce (restarted)"] = worker => worker.Announce(Hello("cd")),
            ["Announce (another's)"] = worker => worker.Announce(Hello("ab") with { Id = new("berta") }),
            ["Drain"] = worker => worker.Drain(),
            ["Leave"] = worker => worker.Leave(Now),
        },
    }.Holds(
        """
                             | Online       | Draining          | Offline
        Announce             | Online       | Draining          | Online
        Announce (restarted) | Online       | Online            | Online
        Announce (another's) | wrong_worker | wrong_worker      | wrong_worker
        Drain                | Draining     | worker_not_online | worker_not_online
        Leave                | Offline      | Offline           | worker_offline
        """);

    [Test]
    public void Another_process_is_told_from_the_same_one_by_its_epoch()
    {
        var worker = At(WorkerStatus.Online);
        Assert.That(new[] { "ab", "cd", "cd" }.Select(epoch => worker.Announce(Hello(epoch))), Is.EqualTo([false, true, false]));
    }

    [Test]
    public void A_hello_replaces_all_that_was_known_of_the_worker()
    {
        var worker = At(WorkerStatus.Offline);
        var hello = Hello("cd") with { Host = "other", Slots = 4, Problem = "no model", SeenAt = Now.AddHours(1) };
        worker.Announce(hello);
        Assert.That(worker.State, Is.EqualTo(hello with { Status = WorkerStatus.Online }));
    }

    [Test]
    public void Who_joins_is_online_and_who_leaves_was_seen_until_then()
    {
        var worker = Worker.Join(Hello("ab") with { Status = WorkerStatus.Offline });
        Assert.That((worker.State.Status, worker.Version, worker.StoredVersion), Is.EqualTo((WorkerStatus.Online, 1L, 0L)));
        worker.Leave(Now.AddHours(2));
        Assert.That(worker.State.SeenAt, Is.EqualTo(Now.AddHours(2)));
    }

    private static Worker At(WorkerStatus status) => new(Hello("ab") with { Status = status }, storedVersion: 7);

    private static WorkerState Hello(string epoch) => new()
    {
        Id = new("anna"),
        Status = WorkerStatus.Online,
        Host = "api",
        Carrier = "in_process",
        Epoch = epoch,
        Slots = 1,
        SeenAt = Now,
    };
}
