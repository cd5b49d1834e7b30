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

    /// <summary>The worker stands in the server's configuration, with its root: it needs no code.</summary>
    /// <param name="sealedRoot">The configured root, sealed for this worker.</param>
    /// <param name="rootHash">SHA-256 of that root, lower-case hex.</param>
    public static WorkerEnrolment Adopt(WorkerId id, byte[] sealedRoot, string rootHash, DateTimeOffset now)
    {
        var enrolment = new WorkerEnrolment(Adopted(id, sealedRoot, [rootHash], now), storedVersion: 0);
        enrolment.Apply(enrolment.State, new WorkerAdopted(id));
        return enrolment;
    }

    /// <summary>
    /// The configuration names a root that it never did before. It takes the place of whatever the worker has, also where it was sent away. One
    /// that was taken over once is not again: a rotation or a revocation outlives the next start, and a key that leaked stays dead.
    /// </summary>
    public void AdoptAgain(byte[] sealedRoot, string rootHash, DateTimeOffset now)
    {
        if (State.ConfiguredRoots.Contains(rootHash))
        {
            throw new DomainException("root_known", "This root was taken over already.");
        }

        Apply(Adopted(State.Id, sealedRoot, [.. State.ConfiguredRoots, rootHash], now), new WorkerAdopted(State.Id));
    }

    /// <summary>Another code: the one before was lost, or the worker was sent away and may come back. It gets a new root then.</summary>
    public void InviteAgain(WorkerInvitation invitation)
    {
        if (State.Status == EnrolmentStatus.Enrolled)
        {
            throw new DomainException("worker_enrolled", "This worker is enrolled already. Revoke it first, or choose another name.");
        }

        Apply(Invited(State.Id, invitation) with { ConfiguredRoots = State.ConfiguredRoots }, new WorkerInvited(State.Id));
    }

    /// <summary>Somebody has brought the code.</summary>
    /// <param name="sealedRoot">The worker's new root, sealed for this worker.</param>
    /// <param name="claimHash">SHA-256 of a secret of theirs, with which they may ask again; null: the code is used up.</param>
    public void Enrol(byte[] sealedRoot, string? claimHash, DateTimeOffset now)
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
                CodeHash = claimHash is null ? null : State.CodeHash,
                CodeExpiresAt = claimHash is null ? null : State.CodeExpiresAt,
                ClaimHash = claimHash,
                SealedRoot = sealedRoot,
                EnrolledAt = now,
            },
            new WorkerEnrolled(State.Id));
    }

    /// <summary>Whether this is the same who has used the code, and may be told the root again because the answer was lost.</summary>
    public bool MayAskAgain(string? claimHash, DateTimeOffset now) =>
        State.Status == EnrolmentStatus.Enrolled && claimHash is not null && claimHash == State.ClaimHash && now < State.CodeExpiresAt;

    /// <summary>The worker is to get another root. Nothing changes until it has used it.</summary>
    public void Rotate(byte[] nextSealedRoot)
    {
        if (State.Status != EnrolmentStatus.Enrolled)
        {
            throw new DomainException("worker_not_enrolled", "Only a worker that is enrolled can be given another root.");
        }

        if (State.NextSealedRoot is not null)
        {
            throw new DomainException("rotation_pending", "This worker is being given another root already.");
        }

        Apply(State with { NextSealedRoot = nextSealedRoot }, new WorkerRotationBegun(State.Id));
    }

    /// <summary>The worker has proved itself by the next root: the one before opens nothing any more.</summary>
    /// <param name="sealedRoot">The one that it used.</param>
    public void FinishRotation(byte[] sealedRoot)
    {
        if (State.NextSealedRoot is not { } next || !next.AsSpan().SequenceEqual(sealedRoot))
        {
            throw new DomainException("root_unknown", "This is not the root that the worker was to be given.");
        }

        Apply(
            State with { SealedRoot = next, NextSealedRoot = null, CodeHash = null, CodeExpiresAt = null, ClaimHash = null },
            new WorkerRotated(State.Id));
    }

    public void Revoke(DateTimeOffset now)
    {
        if (State.Status == EnrolmentStatus.Revoked)
        {
            throw new DomainException("worker_revoked", "This worker is revoked already.");
        }

        Apply(
            State with
            {
                Status = EnrolmentStatus.Revoked,
                CodeHash = null,
                CodeExpiresAt = null,
                ClaimHash = null,
                SealedRoot = null,
                NextSealedRoot = null,
                RevokedAt = now,
            },
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
    private static WorkerEnrolmentState Adopted(WorkerId id, byte[] sealedRoot, IReadOnlyList<string> roots, DateTimeOffset now) => new()
    {
        Id = id,
        Status = EnrolmentStatus.Enrolled,
        SealedRoot = sealedRoot,
        ConfiguredRoots = roots,
        InvitedBy = null,
        InvitedAt = now,
        EnrolledAt = now,
    };
}
