using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;

namespace MeatLizard.Infrastructure.Tests.Twins;

[TestFixture(Twin.Memory)]
[TestFixture(Twin.Redis)]
internal sealed class WorkerRegistryTests(Twin twin) : TwinFixture(twin)
{
    private static readonly WorkerId Anna = new("anna-mac");
    private static readonly WorkerId Ben = new("ben-mac");

    private IWorkerRegistry _workers = null!;

    [SetUp]
    public void MakeRegistry() => _workers = Host?.Registry ?? (IWorkerRegistry)new MemoryWorkerRegistry(TimeProvider.System);

    [Test]
    public void Who_was_announced_is_there_as_announced()
    {
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, "its disk is full");
        Assert.That(_workers.List(), Has.Count.EqualTo(1));
        var there = _workers.List()[0];
        Assert.That((there.Id, there.Carrier, there.Epoch, there.Slots, there.SlotsFree), Is.EqualTo((Anna, "link", "01", 2, 2)));
        Assert.That((there.Draining, there.Problem, there.IsElsewhere), Is.EqualTo((false, "its disk is full", false)));
        Assert.That(there.Models, Is.EqualTo(new[] { Model("tiny") }));
    }

    [Test]
    public async Task Slots_are_given_out_until_none_is_free_and_come_back()
    {
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, null);
        var one = Request();
        Assert.That(await Reserve(Anna, one), Is.True);
        Assert.That(await Reserve(Anna, Request()), Is.True);
        Assert.That(Free(Anna), Is.Zero);
        Assert.That(await Reserve(Anna, Request()), Is.False);
        _workers.Release(one);
        Assert.That(Free(Anna), Is.EqualTo(1));
        Assert.That(await Reserve(Anna, Request()), Is.True);
    }

    [Test]
    public async Task A_request_holds_one_slot_and_gives_it_back_once()
    {
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, null);
        _workers.Announce(Ben, "link", "02", [Model("tiny")], 2, null);
        var request = Request();
        Assert.That(await Reserve(Anna, request), Is.True);
        Assert.That(await Reserve(Anna, request), Is.False);
        Assert.That(await Reserve(Ben, request), Is.False);
        _workers.Release(request);
        _workers.Release(request);
        Assert.That((Free(Anna), Free(Ben)), Is.EqualTo((2, 2)));
        Assert.That(await Reserve(Ben, request), Is.True);
    }

    [Test]
    public async Task A_slot_is_given_back_for_the_worker_whose_it_is_and_for_no_other()
    {
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, null);
        _workers.Announce(Ben, "link", "02", [Model("tiny")], 2, null);
        var request = Request();
        Assert.That(await Reserve(Anna, request), Is.True);
        _workers.Release(request, Ben);
        Assert.That(Free(Anna), Is.EqualTo(1));
        _workers.Release(request, Anna);
        _workers.Release(request, Anna);
        Assert.That((Free(Anna), Free(Ben)), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Of_many_at_once_as_many_get_a_slot_as_there_are()
    {
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 5, null);
        var got = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Reserve(Anna, Request()))));
        Assert.That(got.Count(granted => granted), Is.EqualTo(5));
        Assert.That(Free(Anna), Is.Zero);
    }

    [Test]
    public async Task Another_process_of_a_worker_begins_with_all_slots_free_and_the_same_one_does_not()
    {
        var request = Request();
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, null);
        await Reserve(Anna, request);
        _workers.Drain(Anna);
        _workers.Announce(Anna, "link", "01", [Model("tiny"), Model("large")], 2, null);
        Assert.That((Free(Anna), _workers.List()[0].Draining), Is.EqualTo((1, true)));
        _workers.Announce(Anna, "link", "02", [Model("tiny")], 2, null);
        Assert.That((Free(Anna), _workers.List()[0].Draining), Is.EqualTo((2, false)));
        Assert.That(await Reserve(Anna, request), Is.True, "what the old process held is nobody's");
    }

    [Test]
    public async Task Who_is_draining_or_unknown_or_gone_gets_nothing()
    {
        Assert.That(await Reserve(Anna, Request()), Is.False);
        _workers.Announce(Anna, "link", "01", [Model("tiny")], 2, null);
        _workers.Drain(Anna);
        _workers.Drain(Ben);
        Assert.That(await Reserve(Anna, Request()), Is.False);
        _workers.Remove(Anna);
        _workers.Remove(Ben);
        Assert.That(_workers.List(), Is.Empty);
        Assert.That(await Reserve(Anna, Request()), Is.False);
    }

    [Test]
    public void Since_when_nobody_is_there_is_known()
    {
        var start = _workers.EmptySince;
        Assert.That(start, Is.Not.Null);
        _workers.Announce(Anna, "link", "01", [], 1, null);
        _workers.Announce(Ben, "link", "01", [], 1, null);
        Assert.That(_workers.EmptySince, Is.Null);
        _workers.Remove(Anna);
        Assert.That(_workers.EmptySince, Is.Null);
        var before = TimeProvider.System.GetUtcNow();
        _workers.Remove(Ben);
        Assert.That(_workers.EmptySince, Is.GreaterThanOrEqualTo(before));
    }

    [Test]
    public void A_model_is_found_by_its_name_or_the_first_one_is()
    {
        Assert.That(_workers.FindModel(null), Is.Null);
        _workers.Announce(Anna, "link", "01", [Vectors, Model("tiny"), Model("Large")], 1, null);
        Assert.That(_workers.FindModel(null), Is.EqualTo(Model("tiny")), "Vectors are nobody's answer.");
        Assert.That(_workers.FindModel("vectors"), Is.EqualTo(Vectors));
        Assert.That(_workers.FindModel("large"), Is.EqualTo(Model("Large")));
        Assert.That(_workers.FindModel("huge"), Is.Null);
    }

    private static ModelDescriptor Vectors => Model("vectors") with { Embeds = true };

    private static RequestId Request() => new(Guid.CreateVersion7());

    private static ModelDescriptor Model(string name) => new() { Name = name, Title = "A model", ContextSize = 4096, Slots = 2, SizeBytes = 7 };

    private int Free(WorkerId worker) => _workers.List().Single(known => known.Id == worker).SlotsFree;

    private Task<bool> Reserve(WorkerId worker, RequestId request) => _workers.TryReserve(worker, request, CancellationToken.None).AsTask();
}
