using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Storage;

[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class MigrationTests(Database kind)
{
    private static readonly string[] Tables =
    [
        "api_key", "app_user", "audit_entry", "chat_session", "discord_note", "group_member", "idempotency_key", "identity",
        "installation_default", "invitation", "message", "metric_sample", "outbox", "place", "provider_setting", "provider_spent",
        "recovery_link", "relay_request", "reply_event", "response", "schema_migration", "setup_link", "sign_in", "usage_entry",
        "usage_limit", "user_default", "user_group", "worker", "worker_bot", "worker_enrolment", "worker_presence",
    ];

    private TestDatabase _database = null!;
    private IDialect _dialect = null!;

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task OpenDatabase()
    {
        _database = await TestDatabase.Create(kind, migrated: false);
        _dialect = _database.Services.GetRequiredService<IDialect>();
    }

    [TearDown]
    public async Task CloseDatabase() => await _database.DisposeAsync();

    [Test]
    public async Task Every_step_is_taken_once_and_recorded()
    {
        await Migrate(All());
        await Migrate(All());

        Assert.That(await Names(), Is.EqualTo(All().Select(migration => migration.Name)));
        Assert.That(All().Select(migration => migration.Number), Is.EqualTo(Enumerable.Range(1, All().Count)));
        Assert.That(await TableNames(), Is.EqualTo(Tables));
    }

    [Test]
    public void Both_databases_have_the_same_steps()
    {
        using var sqlite = new SqliteDialect(new StorageOptions());
        using var postgres = new PostgresDialect(new StorageOptions { ConnectionString = "Host=nowhere" });

        Assert.That(
            Migration.All(sqlite).Select(migration => migration.Name),
            Is.EqualTo(Migration.All(postgres).Select(migration => migration.Name)));
    }

    [Test]
    public async Task Data_of_any_earlier_step_survives_the_way_to_the_end([Range(1, 15)] int step)
    {
        await Migrate([.. All().Take(step)]);
        var rows = EarlierRow.All(kind).Where(row => row.Step <= step).ToArray();
        await _dialect.WriteNow([.. rows.Select(row => new Statement("", row.Insert))], Token);

        await Migrate(All());

        foreach (var (_, _, select, expected) in rows)
        {
            Assert.That(await _dialect.Read<string>(new Statement("", select), Token), Is.EqualTo(new[] { expected }), select);
        }
    }

    [Test]
    public void No_table_and_no_step_is_left_out_of_what_must_survive()
    {
        var rows = EarlierRow.All(kind);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Tables.Where(table => !rows.Any(row => row.Insert.Contains($"INTO {table} ", StringComparison.Ordinal) || row.Insert.Contains($"UPDATE {table} ", StringComparison.Ordinal))),
                Is.EqualTo(["schema_migration"]));
            Assert.That(rows.Select(row => row.Step).Distinct().Order(), Is.EqualTo(Enumerable.Range(1, All().Count)));
        }
    }

    [Test]
    public async Task Hosts_that_start_at_once_do_it_once()
    {
        var hosts = new[] { _database.AddHost(), _database.AddHost(), _database.AddHost(), _database.AddHost() };

        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.GetRequiredService<IDatabaseMigrator>().Migrate(Token))));

        Assert.That(await Names(), Is.EqualTo(All().Select(migration => migration.Name)));
    }

    [Test]
    public async Task A_step_edited_after_it_was_taken_stops_the_start()
    {
        await Migrate(All());
        var edited = All().ToArray();
        edited[1] = Migration.From(edited[1].Name, edited[1].Sql + "\n-- edited");

        Assert.That(
            () => Migrate(edited),
            Throws.TypeOf<MigrationException>().With.Message.EqualTo(
                $"Migration {edited[1].Name} was changed after it had been applied: put its text back and write a new migration."));
    }

    [Test]
    public async Task Other_newlines_are_no_edit()
    {
        await Migrate(All());

        await Migrate([.. All().Select(migration => Migration.From(migration.Name, migration.Sql.ReplaceLineEndings("\r\n")))]);
    }

    [Test]
    public async Task A_database_of_a_later_version_stops_the_start()
    {
        await Migrate([.. All(), Migration.From("0099_later", "CREATE TABLE later (id INTEGER)")]);

        Assert.That(() => Migrate(All()), Throws.TypeOf<MigrationException>().With.Message.Contains("0099_later"));
    }

    [Test]
    public async Task A_step_that_went_missing_stops_the_start()
    {
        await Migrate([.. All().Take(2)]);

        Assert.That(
            () => Migrate([All()[0], .. All().Skip(2)]),
            Throws.TypeOf<MigrationException>().With.Message.Contains("0002_conversations"));
    }

    [Test]
    public async Task A_step_that_was_left_out_stops_the_start()
    {
        await Migrate([All()[0], Migration.From("0003_other", "CREATE TABLE other (id INTEGER)")]);

        Assert.That(() => Migrate(All()), Throws.TypeOf<MigrationException>().With.Message.Contains("0002_conversations is missing"));
    }

    [Test]
    public async Task A_step_that_fails_leaves_the_database_as_it_was()
    {
        await Migrate([.. All().Take(2)]);

        Assert.That(
            () => Migrate([.. All(), Migration.From("0005_bad", "CREATE TABLE half (id INTEGER); SELECT nonsense FROM nowhere;")]),
            Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await Names(), Is.EqualTo(All().Take(2).Select(migration => migration.Name)));
        Assert.That(await TableNames(), Does.Not.Contain("half").And.Not.Contain("worker"));
    }

    [Test]
    public async Task The_first_start_alone_writes_the_limits()
    {
        await Migrate(All());
        await _dialect.WriteNow([new Statement("", "DELETE FROM usage_limit WHERE scope_kind = 'address'")], Token);
        await Migrate(All());

        Assert.That(
            await _dialect.Read<int>(new Statement("", "SELECT amount FROM usage_limit ORDER BY window_us"), Token),
            Is.EqualTo(new[] { 60, 1000 }));
    }

    private IReadOnlyList<Migration> All() => Migration.All(_dialect);

    private Task Migrate(IReadOnlyList<Migration> migrations) => TestSchema.Runner(_dialect, migrations).Migrate(Token);

    private Task<IReadOnlyList<string>> Names() =>
        _dialect.Read<string>(new Statement("", "SELECT name FROM schema_migration ORDER BY number"), Token);

    private Task<IReadOnlyList<string>> TableNames() => _dialect.Read<string>(
        new Statement(
            "",
            kind == Database.Sqlite
                ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                : "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename COLLATE \"C\""),
        Token);
}
