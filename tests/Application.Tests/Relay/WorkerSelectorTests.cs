using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Tests.Relay;

internal sealed class WorkerSelectorTests
{
    [Test]
    public void The_worker_whose_cache_knows_the_conversation_comes_first_however_busy() =>
        Assert.That(Rank([Worker("anna", free: 4), Worker("berta", free: 1)], last: "berta"), Is.EqualTo(["berta", "anna"]));

    [Test]
    public void Otherwise_the_least_busy_comes_first_and_names_settle_a_draw() => Assert.That(
        Rank([Worker("carla", free: 1), Worker("berta", free: 2), Worker("anna", free: 1)]),
        Is.EqualTo(["berta", "anna", "carla"]));

    [Test]
    public void The_one_that_has_just_failed_is_asked_last_even_if_its_cache_knows_the_conversation() => Assert.That(
        Rank([Worker("anna", free: 4), Worker("berta", free: 1)], last: "anna", avoid: "anna"),
        Is.EqualTo(["berta", "anna"]));

    [Test]
    public void The_one_that_has_just_failed_is_asked_again_when_nobody_else_is_there() =>
        Assert.That(Rank([Worker("anna", free: 1)], avoid: "anna"), Is.EqualTo(["anna"]));

    [Test]
    public void Who_is_full_is_draining_or_lacks_the_model_is_not_asked() => Assert.That(
        Rank(
            [
                Worker("full", free: 0),
                Worker("draining", free: 1) with { Draining = true },
                Worker("other", 1, "large"),
                Worker("anna", 1, "tiny"),
            ],
            model: "tiny"),
        Is.EqualTo(["anna"]));

    [Test]
    public void Models_go_by_name_in_any_case_and_without_one_the_first_will_do()
    {
        var models = Worker("anna", 1, "tiny", "Large").Models;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ModelDescriptor.Find(models, "LARGE")!.Name, Is.EqualTo("Large"));
            Assert.That(ModelDescriptor.Find(models, null)!.Name, Is.EqualTo("tiny"));
            Assert.That(ModelDescriptor.Find(models, "medium"), Is.Null);
            Assert.That(ModelDescriptor.Find([], null), Is.Null);
        }
    }

    [Test]
    public void A_model_that_only_embeds_answers_by_its_name_and_not_for_whichever_is_ready()
    {
        var vectors = Worker("anna", free: 4) with { Models = [Model("vectors") with { Embeds = true }] };
        var both = Worker("berta", free: 1) with { Models = [Model("vectors") with { Embeds = true }, Model("tiny")] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Rank([vectors, both]), Is.EqualTo(["berta"]));
            Assert.That(ModelDescriptor.Find(both.Models, null)!.Name, Is.EqualTo("tiny"));
            Assert.That(Rank([vectors, both], model: "vectors"), Is.EqualTo(["anna", "berta"]));
            Assert.That(WorkerSelector.AnyHas([vectors], null), Is.False);
            Assert.That(WorkerSelector.AnyHas([vectors], "vectors"), Is.True);
        }
    }

    [Test]
    public void Somebody_who_is_busy_counts_as_there_and_somebody_who_drains_does_not()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(WorkerSelector.AnyHas([Worker("anna", free: 0)], "tiny"), Is.True);
            Assert.That(WorkerSelector.AnyHas([Worker("anna", free: 1) with { Draining = true }], "tiny"), Is.False);
            Assert.That(WorkerSelector.AnyHas([Worker("anna", free: 1)], "large"), Is.False);
        }
    }

    private static IEnumerable<string> Rank(WorkerPresence[] workers, string? model = null, string? last = null, string? avoid = null) =>
        WorkerSelector.Rank(workers, model, last, avoid).Select(ranked => ranked.Worker.Id.Value);

    private static WorkerPresence Worker(string name, int free, params string[] models) => new(
        new(name),
        "in_process",
        "ab",
        [.. (models.Length > 0 ? models : ["tiny"]).Select(Model)],
        4,
        free,
        Draining: false,
        Problem: null);

    private static ModelDescriptor Model(string name) => new() { Name = name, ContextSize = 4096, Slots = 4, SizeBytes = 1 };
}
