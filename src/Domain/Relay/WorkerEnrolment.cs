namespace MeatLizard.Domain.Relay;

/// <summary>How a machine elsewhere becomes a worker of this server, and ceases to be one.</summary>
public sealed class WorkerEnrolment(WorkerEnrolmentState state, long storedVersion) : AggregateRoot<WorkerEnrolmentState>(state, storedVersion)
{
    public static WorkerEnrolment Invite(WorkerId id, WorkerInvitation invitation)
    {
        var enrolment = new WorkerEnrolment(Invited(id, invitation), storedVersion: 0);
        enrolment.Apply(enrolment.State, new WorkerInvited(id));
        return enrolment;
    }

    /// <summary>Another code: the one before was lost, or the worker was sent away and may come back. It gets a new root then.</summary>
    public void InviteAgain(WorkerInvitation invitation)
    {
        if (State.Status == EnrolmentStatus.Enrolled)
        {
            throw new DomainException("worker_enrolled", "This worker is enrolled already. Revoke it first, or choose another name.");
        }

        Apply(Invited(State.Id, invitation), new WorkerInvited(State.Id));
    }

    /// <summary>Somebody has brought the code.</summary>
    /// <param name="sealedRoot">The worker's new root, sealed for this worker.</param>
    public void Enrol(byte[] sealedRoot, DateTimeOffset now)
    {
        if (State.Status != EnrolmentStatus.Invited)
        {
            throw new DomainException("code_used", "This code was used.");
        }

        if (now >= State.CodeExpiresAt)
        {
            throw new DomainException("code_expired", "This code has expired.");
        }

        Apply(
            State with
            {
                Status = EnrolmentStatus.Enrolled,
                CodeHash = null,
                CodeExpiresAt = null,
                SealedRoot = sealedRoot,
                EnrolledAt = now,
            },
            new WorkerEnrolled(State.Id));
    }

    public void Revoke(DateTimeOffset now)
    {
        if (State.Status == EnrolmentStatus.Revoked)
        {
            throw new DomainException("worker_revoked", "This worker is revoked already.");
        }

        Apply(
            State with { Status = EnrolmentStatus.Revoked, CodeHash = null, CodeExpiresAt = null, SealedRoot = null, RevokedAt = now },
            new WorkerRevoked(State.Id));
    }

    private static WorkerEnrolmentState Invited(WorkerId id, WorkerInvitation invitation) => new()
    {
        Id = id,
        Status = EnrolmentStatus.Invited,
        CodeHash = invitation.CodeHash,
        CodeExpiresAt = invitation.ExpiresAt,
        InvitedBy = invitation.By,
        InvitedAt = invitation.At,
    };
}
