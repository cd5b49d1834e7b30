namespace MeatLizard.Testing.Storage;

/// <summary>The databases that every store runs on.</summary>
public enum Database
{
    Sqlite,
    Postgres,
}
