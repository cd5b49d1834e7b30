using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MeatLizard.Infrastructure.Storage;

internal sealed class StorageOptionsCheck : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.KeepResponses <= TimeSpan.Zero)
        {
            return ValidateOptionsResult.Fail("Storage:KeepResponses must be more than nothing, e.g. 30.00:00:00 for 30 days.");
        }

        var problem = options.Provider switch
        {
            StorageOptions.Postgres => Postgres(options),
            StorageOptions.Sqlite => Sqlite(options),
            _ => $"Storage:Provider is '{options.Provider}', but must be {StorageOptions.Sqlite} or {StorageOptions.Postgres}.",
        };
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }

    private static string? Postgres(StorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return "Storage:ConnectionString is missing: Storage:Provider Postgres needs it, e.g. Host=localhost;Database=meatlizard.";
        }

        return IsRefused(() => new NpgsqlConnectionStringBuilder(options.ConnectionString))
            ? "Storage:ConnectionString is not a connection string that Npgsql understands."
            : null;
    }

    private static string? Sqlite(StorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataFolder))
        {
            return "DataFolder is empty: name a folder for the database.";
        }

        return options.ConnectionString is { } text && IsRefused(() => new SqliteConnectionStringBuilder(text))
            ? "Storage:ConnectionString is not a connection string that SQLite understands, e.g. Data Source=/path/file.db."
            : null;
    }

    // The exception is dropped on purpose: it may repeat the string, which may hold a password.
    private static bool IsRefused(Func<object> parse)
    {
        try
        {
            parse();
            return false;
        }
        catch (Exception refusal) when (refusal is ArgumentException or FormatException)
        {
            return true;
        }
    }
}
