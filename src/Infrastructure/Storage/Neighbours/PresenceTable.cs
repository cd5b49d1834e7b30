using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>The table in which hosts tell each other of their workers. Nothing here has to outlive anybody: writes are relaxed.</summary>
internal sealed class PresenceTable(IDialect dialect, TimeProvider time)
{
    /// <summary>A host that has written nothing for so long has died, and with it the ways to its workers.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Names this host's process.</summary>
    private readonly string _host = Guid.NewGuid().ToString("N");

    /// <returns>The workers of all other hosts that are alive.</returns>
    public async Task<IReadOnlyList<WorkerPresence>> Others(CancellationToken cancellationToken)
    {
        var rows = await dialect.Read<Row>(
            new(
                "worker_presence",
                """
                SELECT worker_id, carrier, epoch, models, slots, slots_free, drain_reason, problem, seen_at FROM worker_presence
                WHERE host <> @host AND seen_at > @since ORDER BY worker_id
                """,
                ("@host", _host),
                ("@since", time.GetUtcNow() - Lease)),
            cancellationToken);
        return [.. rows.Select(row => row.Presence())];
    }

    /// <returns>Workers, with the process that they are, that an admin wants drained; perhaps one who spoke to another host.</returns>
    public async Task<IReadOnlyList<(WorkerId Id, string Epoch)>> Draining(CancellationToken cancellationToken)
    {
        var rows = await dialect.Read<DrainingRow>(
            new("worker", "SELECT id, epoch FROM worker WHERE status = @status", ("@status", WorkerStatus.Draining)), cancellationToken);
        return [.. rows.Select(row => (new WorkerId(row.Id), row.Epoch))];
    }

    /// <summary>These are here; the last host to say so is where a worker is. Those have gone.</summary>
    public Task Tell(IReadOnlyCollection<WorkerPresence> here, IReadOnlyCollection<WorkerId> gone, CancellationToken cancellationToken) =>
        dialect.WriteNow([.. here.Select(Here), .. gone.Select(Gone)], cancellationToken);

    private Statement Here(WorkerPresence worker) => new(
        "worker_presence",
        """
        INSERT INTO worker_presence (worker_id, host, carrier, epoch, models, slots, slots_free, drain_reason, problem, seen_at)
        VALUES (@worker, @host, @carrier, @epoch, @models, @slots, @free, @drain, @problem, @seen)
        ON CONFLICT (worker_id) DO UPDATE SET
            host = excluded.host, carrier = excluded.carrier, epoch = excluded.epoch, models = excluded.models, slots = excluded.slots,
            slots_free = excluded.slots_free, drain_reason = excluded.drain_reason, problem = excluded.problem, seen_at = excluded.seen_at
        """,
        ("@worker", worker.Id.Value),
        ("@host", _host),
        ("@carrier", worker.Carrier),
        ("@epoch", worker.Epoch),
        ("@models", JsonSerializer.Serialize([.. worker.Models], NeighbourJson.Default.ModelDescriptorArray)),
        ("@slots", worker.Slots),
        ("@free", worker.SlotsFree),
        ("@drain", worker.Draining ? worker.DrainReason ?? "" : null),
        ("@problem", worker.Problem),
        ("@seen", time.GetUtcNow()));

    private Statement Gone(WorkerId worker) => new(
        "worker_presence",
        "DELETE FROM worker_presence WHERE worker_id = @worker AND host = @host",
        ("@worker", worker.Value),
        ("@host", _host));

    private sealed record DrainingRow
    {
        public required string Id { get; init; }

        public required string Epoch { get; init; }
    }

    private sealed record Row
    {
        public required string WorkerId { get; init; }

        public required string Carrier { get; init; }

        public required string Epoch { get; init; }

        public required string Models { get; init; }

        public required int Slots { get; init; }

        public required int SlotsFree { get; init; }

        public required string? DrainReason { get; init; }

        public required string? Problem { get; init; }

        public required DateTimeOffset SeenAt { get; init; }

        public WorkerPresence Presence() => new(
            new(WorkerId),
            Carrier,
            Epoch,
            JsonSerializer.Deserialize(Models, NeighbourJson.Default.ModelDescriptorArray) ?? [],
            Slots,
            SlotsFree,
            DrainReason is not null,
            Problem)
        {
            DrainReason = DrainReason,
            HeardAt = SeenAt,
            IsElsewhere = true,
        };
    }
}
