using System.Globalization;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class WorkerBotStore(DbSession session) : IWorkerBots
{
    public async Task<IReadOnlyList<WorkerBot>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>("SELECT worker_id, bot_id FROM worker_bot ORDER BY worker_id", [], cancellationToken);
        return [.. rows.Select(row => new WorkerBot(new(row.WorkerId), ulong.Parse(row.BotId, CultureInfo.InvariantCulture)))];
    }

    public void Save(WorkerBot bot) => session.Write(new(
        "worker_bot",
        """
        INSERT INTO worker_bot (worker_id, bot_id) VALUES (@worker, @bot)
        ON CONFLICT (worker_id) DO UPDATE SET bot_id = excluded.bot_id
        """,
        ("@worker", bot.Worker.Value),
        ("@bot", bot.BotId.ToString(CultureInfo.InvariantCulture))));

    public void Remove(WorkerBot bot) => session.Write(new(
        "worker_bot",
        "DELETE FROM worker_bot WHERE worker_id = @worker AND bot_id = @bot",
        ("@worker", bot.Worker.Value),
        ("@bot", bot.BotId.ToString(CultureInfo.InvariantCulture))));

    private sealed record Row
    {
        public required string WorkerId { get; init; }

        public required string BotId { get; init; }
    }
}
