using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class WorkerEnrolmentTests
{
    private static readonly DateTimeOffset Now = Requests.Now;
    private static readonly WorkerId Anna = new("anna-mac");

    [Test]
    public void Every_verb_in_every_state() => new StateTable<WorkerEnrolment, WorkerEnrolmentState>
    {
        States = Enum.GetValues<EnrolmentStatus>().ToDictionary(status => $"{status}", status => (Func<WorkerEnrolment>)(() => At(status))),
        Name = enrolment => $"{enrolment.State.Status}",
        Births = [nameof(WorkerEnrolment.Invite)],
        Verbs = new Dictionary<string, Action<WorkerEnrolment>>
        {
            ["InviteAgain"] = enrolment => enrolment.InviteAgain(Invitation("f00d")),
            ["Enrol"] = enrolment => enrolment.Enrol([1], Now),
            ["Enrol (late)"] = enrolment => enrolment.Enrol([1], Now.AddMinutes(15)),
            ["Revoke"] = enrolment => enrolment.Revoke(Now),
        },
    }.Holds(
        """
                     | Invited      | Enrolled        | Revoked
        InviteAgain  | Invited      | worker_enrolled | Invited
        Enrol        | Enrolled     | code_used       | code_used
        Enrol (late) | code_expired | code_used       | code_used
        Revoke       | Revoked      | Revoked         | worker_revoked
        """);

    [Test]
    public void A_code_ends_with_its_use_and_a_root_with_its_revocation()
    {
        var enrolment = At(EnrolmentStatus.Invited);
        enrolment.Enrol([1, 2], Now);
        Assert.That((enrolment.State.CodeHash, enrolment.State.CodeExpiresAt), Is.EqualTo(((string?)null, (DateTimeOffset?)null)));
        Assert.That(enrolment.State.SealedRoot, Is.EqualTo(new byte[] { 1, 2 }));

        enrolment.Revoke(Now);
        Assert.That(enrolment.State.SealedRoot, Is.Null);
        enrolment.InviteAgain(Invitation("f00d"));
        Assert.That((enrolment.State.CodeHash, enrolment.State.SealedRoot), Is.EqualTo(("f00d", (byte[]?)null)));
    }

    private static WorkerEnrolment At(EnrolmentStatus status) => new(
        new()
        {
            Id = Anna,
            Status = status,
            CodeHash = status == EnrolmentStatus.Invited ? "c0de" : null,
            CodeExpiresAt = status == EnrolmentStatus.Invited ? Now.AddMinutes(15) : null,
            SealedRoot = status == EnrolmentStatus.Enrolled ? [7] : null,
            InvitedBy = new(Guid.Empty),
            InvitedAt = Now,
        },
        storedVersion: 7);

    private static WorkerInvitation Invitation(string code) => new(code, Now.AddMinutes(15), new(Guid.Empty), Now);
}
