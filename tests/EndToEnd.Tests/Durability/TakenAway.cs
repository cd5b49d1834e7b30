using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>
/// Shows that the matrix sees what it is there to see: MEATLIZARD_TAKE_AWAY=index drops the keys that settle races (the host is started
/// with =outbox to forget what commits promise). The tests must then fail; docs/evidence/kill-matrix.md has the result.
/// </summary>
internal static class TakenAway
{
    public const string Variable = "MEATLIZARD_TAKE_AWAY";

    public static async Task From(TestDatabase database)
    {
        if (Environment.GetEnvironmentVariable(Variable) != "index")
        {
            return;
        }

        string[] drops = database.Kind == Database.Postgres
            ?
            [
                "ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_pkey",
                "ALTER TABLE message DROP CONSTRAINT message_request_id_key",
            ]
            :
            [
                "CREATE TABLE keyless AS SELECT * FROM idempotency_key",
                "DROP TABLE idempotency_key",
                "ALTER TABLE keyless RENAME TO idempotency_key",
            ];
        foreach (var drop in drops)
        {
            await database.Services.GetRequiredService<IDialect>().WriteNow([new Statement("", drop)], CancellationToken.None);
        }
    }
}
