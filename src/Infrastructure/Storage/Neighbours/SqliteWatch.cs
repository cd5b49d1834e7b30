using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Embedded;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>
/// Notices within some 50 ms that another process has written to the file, and wakes this host's readers and its outbox: SQLite tells
/// nobody. It looks so often only while another host can have something for this one.
/// </summary>
internal sealed partial class SqliteWatch(
    IDialect dialect,
    NeighbourOptions options,
    NeighbourRegistry registry,
    MemoryReplySignal readers,
    OutboxBell bell,
    TimeProvider time,
    ILogger<SqliteWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(1);

    /// <summary>Changes when any connection but the asking one has committed, those of this process too.</summary>
    private static readonly Statement Version = new("", "PRAGMA data_version");

    private static readonly Statement Newest = new(
        "outbox", "SELECT id FROM outbox WHERE claimed_until IS NULL AND parked_reason IS NULL ORDER BY id DESC LIMIT 1");

    private long _version;
    private string? _newest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (dialect is not SqliteDialect file)
        {
            return;
        }

        try
        {
            using var connection = file.OpenReader();
            while (true)
            {
                var mayConcernUs = options.AnswersForOthers || registry.HasNeighbours;
                await Task.Delay(mayConcernUs ? Often : Seldom, time, stoppingToken);
                if (options.AnswersForOthers || (registry.HasNeighbours && readers.HasReaders))
                {
                    Look(connection);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Look(SqliteStatements connection)
    {
        try
        {
            var version = connection.Query<long>(Version)[0];
            if (version == _version)
            {
                return;
            }

            _version = version;
            if (registry.HasNeighbours)
            {
                readers.RaiseAll();
            }

            // Only for a row that was not there before: two hosts that can do nothing about it would wake each other for ever.
            if (options.AnswersForOthers && connection.Query<string>(Newest) is [var newest] && newest != _newest)
            {
                _newest = newest;
                bell.RingFromElsewhere();
            }
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // Readers and outbox look for themselves once a second.
            LogBroken(broken);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The database's file could not be looked at.")]
    private partial void LogBroken(Exception broken);
}
