namespace MeatLizard.Infrastructure.Storage;

/// <summary>The transaction in which a database is brought up to date; everything in it happens or nothing.</summary>
internal interface IMigrationTransaction
{
    Task Execute(Statement statement, CancellationToken cancellationToken);

    Task<IReadOnlyList<T>> Query<T>(Statement query, CancellationToken cancellationToken);
}
