using System.Diagnostics;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Bench;

/// <summary>
/// What a message costs, from the call to 202, in a session of 10,000 and in one of 100, turn by turn. Both are longer than the model's
/// window; the first message after the history was put there, which trims it, is not counted.
/// </summary>
internal sealed class LongSession(Stage stage) : IMeasure
{
    private const int Calls = 10;
    private const int Short = 100;
    private const int Long = 10_000;
    private const int Chunk = 500;

    private readonly List<Side> _sides = [];

    public string Name => "long-session";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        foreach (var database in new[] { Database.Sqlite, Database.Postgres })
        {
            var host = await stage.Host(database, Stage.Tiny);
            _sides.Add(new(database, host, await Session(host, Short), await Session(host, Long)));
        }

        foreach (var side in _sides)
        {
            for (var i = 0; i < 3; i++)
            {
                await side.Say(cancellationToken);
            }

            side.Clear();
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        foreach (var side in _sides)
        {
            for (var i = 0; i < Calls; i++)
            {
                await side.Say(cancellationToken);
            }

            side.EndRound();
        }
    }

    public IEnumerable<Row> Rows() => _sides.Select(side => side.Row());

    /// <summary>A session with a history of questions and answers, written by the product's own stores.</summary>
    private static async Task<Guid> Session(ProductHost host, int length)
    {
        var id = await host.OpenSession("Bench");
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddStorage(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Storage:Provider"] = host.Storage.Provider,
                ["Storage:ConnectionString"] = host.Storage.ConnectionString,
                ["DataFolder"] = host.Storage.DataFolder,
            }).Build())
            .BuildServiceProvider();
        var dialect = services.GetRequiredService<IDialect>();
        MessageId? parent = null;
        for (var from = 0; from < length; from += Chunk)
        {
            await using var scope = services.CreateAsyncScope();
            var messages = scope.ServiceProvider.GetRequiredService<Application.Conversations.IMessageStore>();
            for (var i = from; i < Math.Min(length, from + Chunk); i++)
            {
                var message = new Message
                {
                    Id = new(Guid.CreateVersion7()),
                    SessionId = new(id),
                    ParentId = parent,
                    Sequence = i + 1,
                    Role = i % 2 == 0 ? MessageRole.User : MessageRole.Assistant,
                    Parts = [new TextPart($"{i}: " + string.Concat(Enumerable.Repeat("Lizards eat what they find, and then they sleep. ", 4)))],
                    Status = MessageStatus.Complete,
                    CreatedAt = TimeProvider.System.GetUtcNow(),
                };
                messages.Add(message);
                parent = message.Id;
            }

            await scope.ServiceProvider.GetRequiredService<Application.IUnitOfWork>().Commit(Application.CommitDurability.Synced, CancellationToken.None);
        }

        await dialect.WriteNow(
            [
                new(
                    "chat_session",
                    "UPDATE chat_session SET leaf_id = @leaf, next_sequence = @next WHERE id = @id",
                    ("@leaf", parent!.Value.Value),
                    ("@next", (long)length + 1),
                    ("@id", id)),
            ],
            CancellationToken.None);
        return id;
    }

    private sealed record Side(Database Database, ProductHost Host, Guid ShortSession, Guid LongSession)
    {
        private readonly List<double> _shortRounds = [];
        private readonly List<double> _longRounds = [];
        private readonly List<double> _short = [];
        private readonly List<double> _long = [];
        private bool _turned;

        public async Task Say(CancellationToken cancellationToken)
        {
            _turned = !_turned;
            if (_turned)
            {
                _short.Add(await Say(ShortSession, cancellationToken));
            }

            _long.Add(await Say(LongSession, cancellationToken));
            if (!_turned)
            {
                _short.Add(await Say(ShortSession, cancellationToken));
            }
        }

        public void Clear()
        {
            _short.Clear();
            _long.Clear();
        }

        public void EndRound()
        {
            _shortRounds.Add(_short.Median());
            _longRounds.Add(_long.Median());
            Clear();
        }

        public Row Row()
        {
            var ratio = _longRounds.Zip(_shortRounds, (a, b) => a / b).Median();
            return new(
                $"a message in a session of 10,000 against one of 100, call to 202, {(Database == Database.Sqlite ? "SQLite" : "PostgreSQL")}",
                _longRounds.Median().Milliseconds(), _shortRounds.Median().Milliseconds(), ratio.Ratio(), "≤ 1.5", ratio <= 1.5);
        }

        private async Task<double> Say(Guid session, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var request = await Host.Say(session, "And what do they do on Sundays?", cancellationToken);
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            await Host.Ended(request, cancellationToken);
            return took;
        }
    }
}
