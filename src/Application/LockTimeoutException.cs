namespace MeatLizard.Application;

/// <summary>Another transaction held a key or the database for longer than we wait (2 s on an idempotency key).</summary>
public sealed class LockTimeoutException(Exception inner) : Exception("The database was locked for too long.", inner);
