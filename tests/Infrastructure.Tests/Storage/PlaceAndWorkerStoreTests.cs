using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class PlaceAndWorkerStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task The_web_is_a_place_from_the_beginning()
    {
        var web = await Begin().Get<IPlaceStore>().Find(PlaceKind.Web, "", Token);

        Assert.That(web!.Name, Is.EqualTo("Web"));
    }

    [Test]
    public async Task A_place_comes_back_and_takes_new_settings()
    {
        var guild = new Place { Id = new(Guid.CreateVersion7()), Kind = PlaceKind.Guild, ExternalId = "g1", Name = "Lizards" };
        var channel = new Place
        {
            Id = new(Guid.CreateVersion7()),
            Kind = PlaceKind.Channel,
            ExternalId = "c1",
            Name = "#général",
            ParentId = guild.Id,
            Model = "tiny",
            Persona = "pirate",
            Locale = "de-CH",
            Retention = TimeSpan.FromDays(30),
        };
        await Save(channel, guild);
        var store = Begin().Get<IPlaceStore>();
        Assert.That(await store.Find(PlaceKind.Channel, "c1", Token), Is.EqualTo(channel));
        Assert.That(await store.Find(PlaceKind.Guild, "g1", Token), Is.EqualTo(guild));

        await Save(channel with { Model = null, Retention = null });
        Assert.That(await store.Find(PlaceKind.Channel, "c1", Token), Is.EqualTo(channel with { Model = null, Retention = null }));
    }

    [Test]
    public async Task Two_hosts_that_meet_a_place_make_one_row()
    {
        var place = new Place { Id = new(Guid.CreateVersion7()), Kind = PlaceKind.DirectMessage, ExternalId = "d1", Name = "x" };
        await Save(place);

        Assert.That(() => Save(place with { Id = new(Guid.CreateVersion7()) }), DuplicateIn("place"));
    }

    [Test]
    public async Task A_worker_comes_back_and_is_listed()
    {
        var arrival = new WorkerState
        {
            Id = new("anna-mac"),
            Status = WorkerStatus.Offline,
            Host = "api",
            Carrier = "link",
            Epoch = "00ff",
            Slots = 4,
            Hardware = "Apple M2, 16 GB",
            Problem = "no model",
            SeenAt = Now,
        };
        var worker = Worker.Join(arrival);
        await Save(worker, Worker.Join(arrival with { Id = new("bob"), Hardware = null, Problem = null }));
        worker.Drain();
        worker.Leave(Now.AddSeconds(1));
        await Save(worker);

        var found = await Begin().Get<IWorkerStore>().Find(arrival.Id, Token);
        Assert.That(found!.State, Is.EqualTo(worker.State));
        Assert.That(
            (await Begin().Get<IWorkerStore>().List(Token)).Select(state => (state.Id.Value, state.Status, state.Hardware)),
            Is.EqualTo(new[] { ("anna-mac", WorkerStatus.Offline, "Apple M2, 16 GB"), ("bob", WorkerStatus.Online, null) }));

        var stale = new Worker(worker.State, worker.Version - 1);
        stale.Announce(arrival);
        Assert.That(() => Save(stale), Throws.TypeOf<ConcurrencyConflictException>());
    }

    private async Task Save(params Place[] places)
    {
        var scope = Begin();
        Array.ForEach(places, scope.Get<IPlaceStore>().Save);
        await scope.Commit();
    }

    [Test]
    public async Task An_enrolment_comes_back_and_is_found_by_its_code_once()
    {
        var enrolment = WorkerEnrolment.Invite(new("berta-mac"), new(CodeHash: "c0de", Now.AddMinutes(15), new(Guid.CreateVersion7()), Now));
        await SaveEnrolment(enrolment);
        var found = await Begin().Get<IWorkerEnrolmentStore>().FindByCode("c0de", Token);
        Assert.That(found!.State, Is.EqualTo(enrolment.State));

        found.Enrol([1, 2, 3], null, Now.AddMinutes(1));
        await SaveEnrolment(found);
        var store = Begin().Get<IWorkerEnrolmentStore>();
        Assert.That(await store.FindByCode("c0de", Token), Is.Null);
        var enrolled = (await store.Find(new("berta-mac"), Token))!.State;
        Assert.That((enrolled.Status, enrolled.EnrolledAt), Is.EqualTo((EnrolmentStatus.Enrolled, (DateTimeOffset?)Now.AddMinutes(1))));
        Assert.That(enrolled.SealedRoot, Is.EqualTo(new byte[] { 1, 2, 3 }));
        var rotated = (await store.Find(new("berta-mac"), Token))!;
        rotated.Rotate([4, 5]);
        await SaveEnrolment(rotated);
        Assert.That((await Begin().Get<IWorkerEnrolmentStore>().Find(new("berta-mac"), Token))!.State.NextSealedRoot, Is.EqualTo(new byte[] { 4, 5 }));
        Assert.That((await store.List(Token)).Select(each => each.Id), Does.Contain(new WorkerId("berta-mac")));
    }

    [Test]
    public async Task A_worker_that_is_configured_was_invited_by_nobody()
    {
        await SaveEnrolment(WorkerEnrolment.Adopt(new("dora-mac"), [1, 2], "a1b2", Now));
        var found = (await Begin().Get<IWorkerEnrolmentStore>().Find(new("dora-mac"), Token))!;
        Assert.That((found.State.ConfiguredRoots, found.State.InvitedBy, found.State.EnrolledAt), Is.EqualTo((new[] { "a1b2" }, (UserId?)null, (DateTimeOffset?)Now)));
        found.AdoptAgain([3], "c3d4", Now);
        await SaveEnrolment(found);
        Assert.That((await Begin().Get<IWorkerEnrolmentStore>().Find(new("dora-mac"), Token))!.State.ConfiguredRoots, Is.EqualTo(new[] { "a1b2", "c3d4" }));
    }

    [Test]
    public async Task Of_two_who_bring_the_same_code_one_is_too_late()
    {
        await SaveEnrolment(WorkerEnrolment.Invite(new("carla-mac"), new("twice", Now.AddMinutes(15), new(Guid.CreateVersion7()), Now)));
        var first = (await Begin().Get<IWorkerEnrolmentStore>().FindByCode("twice", Token))!;
        var second = (await Begin().Get<IWorkerEnrolmentStore>().FindByCode("twice", Token))!;
        first.Enrol([1], "c1a1", Now);
        second.Enrol([2], null, Now);
        await SaveEnrolment(first);

        Assert.That(() => SaveEnrolment(second), Throws.InstanceOf<ConcurrencyConflictException>());
        Assert.That((await Begin().Get<IWorkerEnrolmentStore>().FindByCode("twice", Token))!.State.ClaimHash, Is.EqualTo("c1a1"));
    }

    private async Task SaveEnrolment(WorkerEnrolment enrolment)
    {
        var scope = Begin();
        scope.Get<IWorkerEnrolmentStore>().Save(enrolment);
        await scope.Get<IUnitOfWork>().Commit(CommitDurability.Synced, Token);
    }

    private async Task Save(params Worker[] workers)
    {
        var scope = Begin();
        Array.ForEach(workers, scope.Get<IWorkerStore>().Save);
        await scope.Commit();
    }
}
