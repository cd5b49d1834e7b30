using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class WorkerEnrolmentTests
{
    private static readonly DateTimeOffset Now = Requests.Now;
    private const string Rotating = "Rotating";
    private static readonly WorkerId Anna = new("anna-mac");

    [Test]
    public void Every_verb_in_every_state() => new StateTable<WorkerEnrolment, WorkerEnrolmentState>
    {
        States = Enum.GetValues<EnrolmentStatus>().Select(status => $"{status}").Append(Rotating)
            .ToDictionary(name => name, name => (Func<WorkerEnrolment>)(() => name == Rotating ? AtRotation() : At(Enum.Parse<EnrolmentStatus>(name)))),
        Name = enrolment => enrolment.State.NextSealedRoot is null ? $"{enrolment.State.Status}" : Rotating,
        Queries = [nameof(WorkerEnrolment.MayAskAgain)],
        Births = [nameof(WorkerEnrolment.Invite), nameof(WorkerEnrolment.Adopt)],
        Verbs = new Dictionary<string, Action<WorkerEnrolment>>
        {
            ["AdoptAgain"] = enrolment => enrolment.AdoptAgain([3], "another", Now),
            ["AdoptAgain (same)"] = enrolment => enrolment.AdoptAgain([3], "known", Now),
            ["InviteAgain"] = enrolment => enrolment.InviteAgain(Invitation("f00d")),
            ["Enrol"] = enrolment => enrolment.Enrol([1], null, Now),
            ["Enrol (late)"] = enrolment => enrolment.Enrol([1], null, Now.AddMinutes(15)),
            ["Rotate"] = enrolment => enrolment.Rotate([2]),
            ["FinishRotation"] = enrolment => enrolment.FinishRotation([2]),
            ["Revoke"] = enrolment => enrolment.Revoke(Now),
        },
    }.Holds(
        """
                          | Invited             | Enrolled        | Rotating         | Revoked
        AdoptAgain        | Enrolled            | Enrolled        | Enrolled         | Enrolled
        AdoptAgain (same) | root_known          | root_known      | root_known       | root_known
        InviteAgain       | Invited             | worker_enrolled | worker_enrolled  | Invited
        Enrol             | Enrolled            | code_used       | code_used        | code_used
        Enrol (late)      | code_expired        | code_used       | code_used        | code_used
        Rotate            | worker_not_enrolled | Rotating        | rotation_pending | worker_not_enrolled
        FinishRotation    | root_unknown        | root_unknown    | Enrolled         | root_unknown
        Revoke            | Revoked             | Revoked         | Revoked          | worker_revoked
        """);

    [Test]
    public void A_code_ends_with_its_use_and_a_root_with_its_revocation()
    {
        var enrolment = At(EnrolmentStatus.Invited);
        enrolment.Enrol([1, 2], null, Now);
        Assert.That((enrolment.State.CodeHash, enrolment.State.CodeExpiresAt), Is.EqualTo(((string?)null, (DateTimeOffset?)null)));
        Assert.That(enrolment.State.SealedRoot, Is.EqualTo(new byte[] { 1, 2 }));

        enrolment.Revoke(Now);
        Assert.That(enrolment.State.SealedRoot, Is.Null);
        enrolment.InviteAgain(Invitation("f00d"));
        Assert.That((enrolment.State.CodeHash, enrolment.State.SealedRoot), Is.EqualTo(("f00d", (byte[]?)null)));
    }

    [Test]
    public void Another_root_takes_the_place_of_the_first_once_it_was_used()
    {
        var enrolment = At(EnrolmentStatus.Enrolled);
        enrolment.Rotate([8]);
        Assert.That((enrolment.State.SealedRoot, enrolment.State.NextSealedRoot), Is.EqualTo((new byte[] { 7 }, new byte[] { 8 })), "both are valid");
        Assert.That(() => enrolment.Rotate([9]), Throws.InstanceOf<DomainException>().With.Property("Code").EqualTo("rotation_pending"));
        Assert.That(() => enrolment.FinishRotation([7]), Throws.InstanceOf<DomainException>().With.Property("Code").EqualTo("root_unknown"));
        enrolment.FinishRotation([8]);
        Assert.That((enrolment.State.SealedRoot, enrolment.State.NextSealedRoot), Is.EqualTo((new byte[] { 8 }, (byte[]?)null)));
        enrolment.Rotate([9]);
        enrolment.Revoke(Now);
        Assert.That((enrolment.State.SealedRoot, enrolment.State.NextSealedRoot), Is.EqualTo(((byte[]?)null, (byte[]?)null)));
    }

    [Test]
    public void Whoever_brings_the_same_claim_may_ask_again_while_the_code_lasts()
    {
        var enrolment = At(EnrolmentStatus.Invited);
        Assert.That(enrolment.MayAskAgain("c1a1", Now), Is.False, "nobody has asked yet");
        enrolment.Enrol([1], "c1a1", Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(enrolment.State.CodeHash, Is.EqualTo("c0de"));
            Assert.That(enrolment.MayAskAgain("c1a1", Now.AddMinutes(14)), Is.True);
            Assert.That(enrolment.MayAskAgain("c1a1", Now.AddMinutes(15)), Is.False);
            Assert.That(enrolment.MayAskAgain("0ther", Now), Is.False);
            Assert.That(enrolment.MayAskAgain(null, Now), Is.False);
        }

        enrolment.Rotate([2]);
        enrolment.FinishRotation([2]);
        Assert.That(enrolment.MayAskAgain("c1a1", Now), Is.False, "it has its root, and used another one since");
    }

    [Test]
    public void A_configured_root_is_taken_over_once_and_its_hash_outlives_all_that_comes_after()
    {
        var enrolment = WorkerEnrolment.Adopt(Anna, [1], "first", Now);
        Assert.That((enrolment.State.Status, enrolment.State.InvitedBy, enrolment.State.EnrolledAt), Is.EqualTo((EnrolmentStatus.Enrolled, (UserId?)null, Now)));
        enrolment.Rotate([2]);
        enrolment.FinishRotation([2]);
        enrolment.Revoke(Now);
        enrolment.InviteAgain(Invitation("f00d"));
        enrolment.Enrol([3], null, Now);
        Assert.That(() => enrolment.AdoptAgain([1], "first", Now), Throws.InstanceOf<DomainException>().With.Property("Code").EqualTo("root_known"));
        enrolment.Rotate([4]);
        enrolment.AdoptAgain([5], "second", Now);
        Assert.That((enrolment.State.SealedRoot, enrolment.State.NextSealedRoot), Is.EqualTo((new byte[] { 5 }, (byte[]?)null)));
        Assert.That(() => enrolment.AdoptAgain([1], "first", Now), Throws.InstanceOf<DomainException>(), "a key that leaked stays dead");
    }

    private static WorkerEnrolment AtRotation()
    {
        var enrolment = At(EnrolmentStatus.Enrolled);
        return new(enrolment.State with { NextSealedRoot = [2] }, storedVersion: 7);
    }

    private static WorkerEnrolment At(EnrolmentStatus status) => new(
        new()
        {
            Id = Anna,
            Status = status,
            CodeHash = status == EnrolmentStatus.Invited ? "c0de" : null,
            CodeExpiresAt = status == EnrolmentStatus.Invited ? Now.AddMinutes(15) : null,
            SealedRoot = status == EnrolmentStatus.Enrolled ? [7] : null,
            ConfiguredRoots = ["known"],
            InvitedBy = new(Guid.Empty),
            InvitedAt = Now,
        },
        storedVersion: 7);

    private static WorkerInvitation Invitation(string code) => new(code, Now.AddMinutes(15), new(Guid.Empty), Now);
}
