using MeatLizard.Domain.Identity;

namespace MeatLizard.Application;

/// <summary>What a caller's key made, so that the same call again gives the same ids.</summary>
/// <param name="Scope">Method and path, e.g. <c>POST /sessions/{id}/messages</c> with the id filled in.</param>
/// <param name="Key">The caller's.</param>
/// <param name="Fingerprint">SHA-256 of what was asked, lower-case hex.</param>
/// <param name="Result">Ids only, in the use case's own form; never a secret.</param>
public sealed record IdempotencyRecord(UserId UserId, string Scope, string Key, string Fingerprint, string Result, DateTimeOffset CreatedAt);
