using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class WorkerEnrolmentStore(DbSession session) : IWorkerEnrolmentStore
{
    private const string Columns =
        "id, version, status, code_hash, claim_hash, code_expires_at, sealed_root, next_sealed_root, configured_roots, "
        + "invited_by, invited_at, enrolled_at, revoked_at";

    public Task<WorkerEnrolment?> Find(WorkerId id, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM worker_enrolment WHERE id = @value", id.Value, cancellationToken);

    public Task<WorkerEnrolment?> FindByCode(string codeHash, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM worker_enrolment WHERE code_hash = @value", codeHash, cancellationToken);

    public async Task<IReadOnlyList<WorkerEnrolmentState>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>($"SELECT {Columns} FROM worker_enrolment ORDER BY id", [], cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public void Save(WorkerEnrolment enrolment) => session.Save(enrolment, () => Write(enrolment));

    private static Statement Write(WorkerEnrolment enrolment)
    {
        var state = enrolment.State;
        var isNew = enrolment.StoredVersion == 0;
        return new(
            "worker_enrolment",
            isNew
                ? """
                  INSERT INTO worker_enrolment
                      (id, version, status, code_hash, claim_hash, code_expires_at, sealed_root, next_sealed_root, configured_roots,
                       invited_by, invited_at, enrolled_at, revoked_at)
                  VALUES (@id, @version, @status, @code, @claim, @expires, @root, @next, @configured, @by, @invited, @enrolled, @revoked)
                  """
                : """
                  UPDATE worker_enrolment SET
                      version = @version, status = @status, code_hash = @code, claim_hash = @claim, code_expires_at = @expires,
                      sealed_root = @root, next_sealed_root = @next, configured_roots = @configured,
                      invited_by = @by, invited_at = @invited, enrolled_at = @enrolled, revoked_at = @revoked
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", enrolment.Version),
                ("@status", state.Status),
                ("@code", state.CodeHash),
                ("@claim", state.ClaimHash),
                ("@expires", state.CodeExpiresAt),
                ("@root", state.SealedRoot),
                ("@next", state.NextSealedRoot),
                ("@configured", state.ConfiguredRoots.Count == 0 ? null : string.Join(' ', state.ConfiguredRoots)),
                ("@by", state.InvitedBy?.Value),
                ("@invited", state.InvitedAt),
                ("@enrolled", state.EnrolledAt),
                ("@revoked", state.RevokedAt),
                .. isNew ? [] : Statement.Stored(enrolment.StoredVersion),
            ])
        { Expects = 1 };
    }

    private async Task<WorkerEnrolment?> FindOne(string sql, string value, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(sql, [("@value", value)], cancellationToken);
        return row is null ? null : new WorkerEnrolment(row.State(), row.Version);
    }

    private sealed record Row
    {
        public required string Id { get; init; }

        public required long Version { get; init; }

        public required EnrolmentStatus Status { get; init; }

        public required string? CodeHash { get; init; }

        public required string? ClaimHash { get; init; }

        public required DateTimeOffset? CodeExpiresAt { get; init; }

        public required byte[]? SealedRoot { get; init; }

        public required byte[]? NextSealedRoot { get; init; }

        public required string? ConfiguredRoots { get; init; }

        public required Guid? InvitedBy { get; init; }

        public required DateTimeOffset InvitedAt { get; init; }

        public required DateTimeOffset? EnrolledAt { get; init; }

        public required DateTimeOffset? RevokedAt { get; init; }

        public WorkerEnrolmentState State() => new()
        {
            Id = new(Id),
            Status = Status,
            CodeHash = CodeHash,
            ClaimHash = ClaimHash,
            CodeExpiresAt = CodeExpiresAt,
            SealedRoot = SealedRoot,
            NextSealedRoot = NextSealedRoot,
            ConfiguredRoots = ConfiguredRoots?.Split(' ') ?? [],
            InvitedBy = InvitedBy is { } inviter ? new(inviter) : null,
            InvitedAt = InvitedAt,
            EnrolledAt = EnrolledAt,
            RevokedAt = RevokedAt,
        };
    }
}
