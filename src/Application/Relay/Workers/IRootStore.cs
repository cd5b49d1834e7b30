namespace MeatLizard.Application.Relay.Workers;

/// <summary>Where a worker's own machine keeps the worker's root.</summary>
public interface IRootStore
{
    /// <param name="root">64 hex digits. One that is there already is replaced.</param>
    Task Save(string worker, string root, CancellationToken cancellationToken);

    /// <summary>Nothing happens when there is none.</summary>
    Task Remove(string worker, CancellationToken cancellationToken);

    /// <returns>64 hex digits; null when there is none.</returns>
    Task<string?> Find(string worker, CancellationToken cancellationToken);
}
