namespace MeatLizard.Infrastructure.Storage;

/// <summary>The database cannot be brought up to this version; the message says why in one sentence.</summary>
public sealed class MigrationException(string message) : Exception(message);
