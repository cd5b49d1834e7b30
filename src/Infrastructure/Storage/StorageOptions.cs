namespace MeatLizard.Infrastructure.Storage;

/// <summary>Where everything is kept.</summary>
public sealed class StorageOptions
{
    public const string Sqlite = "Sqlite";
    public const string Postgres = "Postgres";

    /// <summary><c>Storage:Provider</c>: <see cref="Sqlite"/> or <see cref="Postgres"/>, in letters of any case.</summary>
    public string Provider
    {
        get;
        set => field = Array.Find([Sqlite, Postgres], known => known.Equals(value, StringComparison.OrdinalIgnoreCase)) ?? value;
    } = Sqlite;

    /// <summary><c>Storage:ConnectionString</c>: needed for PostgreSQL; for SQLite only to name another file.</summary>
    public string? ConnectionString { get; set; }

    /// <summary><c>DataFolder</c>: where the embedded defaults write.</summary>
    public string DataFolder { get; set; } = "./data";

    /// <summary><c>Storage:KeepResponses</c>: how long a stored response is kept after it was made; longer when a later one goes on from it.</summary>
    public TimeSpan KeepResponses { get; set; } = TimeSpan.FromDays(30);
}
