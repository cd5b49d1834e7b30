namespace MeatLizard.Infrastructure.Storage;

/// <summary>Brings the database up to this version of the program. A host calls it before it serves anybody.</summary>
public interface IDatabaseMigrator
{
    /// <summary>Safe when several hosts start at once: one does it, the others wait and find it done.</summary>
    /// <exception cref="MigrationException">The database and this program do not belong together; nothing was changed.</exception>
    Task Migrate(CancellationToken cancellationToken);
}
