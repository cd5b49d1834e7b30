using MeatLizard.Domain.Identity;
using Moq;

namespace MeatLizard.Application.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class IdempotentTests
{
    private static readonly UserId User = new(Guid.Parse("01900000-0000-7000-8000-000000000001"));
    private static readonly IdempotencyKey Key = new("POST /sessions", "k", "f1");

    private readonly Mock<IIdempotencyStore> _store = new(MockBehavior.Strict);

    [Test]
    public async Task Without_a_key_nobody_is_asked_and_nothing_is_kept()
    {
        Assert.That(await Idempotent().Recall(null, CancellationToken.None), Is.EqualTo(((string?)null, (Refusal?)null)));
        Idempotent().Remember(null, "made");
    }

    [Test]
    public async Task The_first_call_finds_nothing()
    {
        Holds(null);
        Assert.That(await Idempotent().Recall(Key, CancellationToken.None), Is.EqualTo(((string?)null, (Refusal?)null)));
    }

    [Test]
    public async Task The_same_call_again_gets_what_the_first_made()
    {
        Holds("f1");
        Assert.That(await Idempotent().Recall(Key, CancellationToken.None), Is.EqualTo(("made", (Refusal?)null)));
    }

    [Test]
    public async Task The_same_key_for_another_call_is_a_contradiction()
    {
        Holds("f2");
        var (made, refusal) = await Idempotent().Recall(Key, CancellationToken.None);
        Assert.That((made, refusal!.Kind, refusal.Code), Is.EqualTo(((string?)null, RefusalKind.Contradiction, "idempotency_mismatch")));
    }

    [Test]
    public void What_was_made_is_kept_for_the_actor_under_scope_and_key()
    {
        var kept = new IdempotencyRecord(User, "POST /sessions", "k", "f1", "made", Branches.Now);
        _store.Setup(store => store.Add(kept));
        Idempotent().Remember(Key, "made");
        _store.Verify(store => store.Add(kept), Times.Once);
    }

    private void Holds(string? fingerprint) => _store
        .Setup(store => store.Find(User, "POST /sessions", "k", It.IsAny<CancellationToken>()))
        .ReturnsAsync(fingerprint is null ? null : new IdempotencyRecord(User, "POST /sessions", "k", fingerprint, "made", Branches.Now));

    private Idempotent Idempotent() =>
        new(_store.Object, new CurrentActor { Actor = new(User, Role.Member, []) }, new StoppedTime(Branches.Now));
}
