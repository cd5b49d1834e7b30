using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class WorkerStore(DbSession session) : IWorkerStore
{
    private const string Columns = "id, version, status, host, carrier, epoch, slots, hardware, problem, seen_at";

    public async Task<Worker?> Find(WorkerId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>($"SELECT {Columns} FROM worker WHERE id = @id", [("@id", id.Value)], cancellationToken);
        return row is null ? null : new Worker(row.State(), row.Version);
    }

    public async Task<IReadOnlyList<WorkerState>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>($"SELECT {Columns} FROM worker ORDER BY id", [], cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public void Save(Worker worker) => session.Save(worker, () => Write(worker));

    private static Statement Write(Worker worker)
    {
        var state = worker.State;
        var isNew = worker.StoredVersion == 0;
        return new(
            "worker",
            isNew
                ? """
                  INSERT INTO worker (id, version, status, host, carrier, epoch, slots, hardware, problem, seen_at)
                  VALUES (@id, @version, @status, @host, @carrier, @epoch, @slots, @hardware, @problem, @seen)
                  """
                : """
                  UPDATE worker SET
                      version = @version, status = @status, host = @host, carrier = @carrier, epoch = @epoch, slots = @slots,
                      hardware = @hardware, problem = @problem, seen_at = @seen
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", worker.Version),
                ("@status", state.Status),
                ("@host", state.Host),
                ("@carrier", state.Carrier),
                ("@epoch", state.Epoch),
                ("@slots", state.Slots),
                ("@hardware", state.Hardware),
                ("@problem", state.Problem),
                ("@seen", state.SeenAt),
                .. isNew ? [] : Statement.Stored(worker.StoredVersion),
            ])
        { Expects = 1 };
    }

    private sealed record Row
    {
        public required string Id { get; init; }

        public required long Version { get; init; }

        public required WorkerStatus Status { get; init; }

        public required string Host { get; init; }

        public required string Carrier { get; init; }

        public required string Epoch { get; init; }

        public required int Slots { get; init; }

        public required string? Hardware { get; init; }

        public required string? Problem { get; init; }

        public required DateTimeOffset SeenAt { get; init; }

        public WorkerState State() => new()
        {
            Id = new(Id),
            Status = Status,
            Host = Host,
            Carrier = Carrier,
            Epoch = Epoch,
            Slots = Slots,
            Hardware = Hardware,
            Problem = Problem,
            SeenAt = SeenAt,
        };
    }
}
