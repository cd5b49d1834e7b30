using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Identity;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Bench;

/// <summary>The statements of one message and of one look at a session, recorded from the product itself.</summary>
/// <param name="Message">The writes of its one commit.</param>
/// <param name="MessageReads">What is read before.</param>
/// <param name="Session">The one read of a session.</param>
/// <param name="Ids">Every id in them that is another one each time; the session's is the first.</param>
internal sealed record ProductStatements(
    IReadOnlyList<Statement> Message, IReadOnlyList<Statement> MessageReads, Statement Session, IReadOnlyList<Guid> Ids)
{
    public static UserId Owner { get; } = new(Guid.Parse("01900000-0000-7000-8000-000000000001"));

    /// <summary>Migrates the database, makes an owner in it, and leaves one session with one message there.</summary>
    public static async Task<ProductStatements> Record(StorageOptions storage, string question)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = storage.Provider,
            ["Storage:ConnectionString"] = storage.ConnectionString,
            ["DataFolder"] = storage.DataFolder,
        }).Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddUseCases()
            .AddStorage(configuration)
            .AddIdentity()
            .AddRelay(configuration)
            .AddSingleton<IDialect>(_ => new RecordingDialect(
                storage.Provider == StorageOptions.Postgres ? new PostgresDialect(storage) : new SqliteDialect(storage)))
            .BuildServiceProvider();
        await services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
        await using (var scope = services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<IUserStore>().Save(User.Join(Owner, "Owner", Role.Owner, TimeProvider.System.GetUtcNow()));
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        }

        services.GetRequiredService<DispatchGate>().Pause();
        var useCases = services.GetRequiredService<UseCases>();
        var actor = new Actor(Owner, Role.Owner, []);
        var opened = (await useCases.Send(new OpenSession(new(null, null, null, null, null)), actor, CancellationToken.None)).Value;
        var recorder = (RecordingDialect)services.GetRequiredService<IDialect>();
        recorder.Reads.Clear();
        recorder.Writes.Clear();
        var turn = (await useCases.Send(
            new SubmitMessage(opened.Id, [new TextPart(question)], null, null), actor, CancellationToken.None)).Value;
        Statement[] reads = [.. recorder.Reads];
        recorder.Reads.Clear();
        _ = await useCases.Send(new GetSession(opened.Id), actor, CancellationToken.None);
        var outbox = recorder.Writes.Where(write => write.Table == "outbox").Select(write => (Guid)write.Values[0].Value!);
        return new(
            [.. recorder.Writes],
            reads,
            recorder.Reads.Single(),
            [opened.Id.Value, turn.Message.Id.Value, turn.Request.Id.Value, turn.Request.AnswerId.Value, .. outbox]);
    }
}
