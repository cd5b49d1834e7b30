namespace MeatLizard.Application;

/// <summary>A caller's promise that the same key means the same call.</summary>
/// <param name="Scope">Method and path, ids filled in.</param>
/// <param name="Key">The caller's own.</param>
/// <param name="Fingerprint">SHA-256 of what is asked, lower-case hex.</param>
public sealed record IdempotencyKey(string Scope, string Key, string Fingerprint);
