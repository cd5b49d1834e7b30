using System.Collections.Concurrent;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Domain.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Application.Identity;

/// <summary>
/// Who stands behind a key or a sign-in. Answers are kept for a few seconds, so that a busy caller costs no look-up each time; what is
/// revoked here is forgotten at once, what another host revokes when it says so, and within that time in any case.
/// </summary>
public sealed partial class Credentials(IServiceScopeFactory scopes, TimeProvider time, ILogger<Credentials> log)
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TouchedEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Kept> _kept = new();
    private long _revision;

    public ValueTask<Caller?> ByKey(string key, CancellationToken cancellationToken) =>
        Find(SecretToken.Hash(key), FindKey, cancellationToken);

    public ValueTask<Caller?> BySignIn(string token, CancellationToken cancellationToken) =>
        Find(SecretToken.Hash(token), FindSignIn, cancellationToken);

    /// <param name="claims">As they were read from this token.</param>
    public ValueTask<Caller?> ByToken(string token, TokenClaims claims, CancellationToken cancellationToken) =>
        Find(SecretToken.Hash(token), (services, hash, cancelled) => FindToken(services, claims, hash, cancelled), cancellationToken);

    /// <summary>
    /// Whether somebody let in earlier would be let in again: for connections that outlive a call. What is kept does not count here; it may be
    /// as old as the last such question.
    /// </summary>
    public async ValueTask<bool> StillStands(Caller caller, CancellationToken cancellationToken) =>
        await FindAnew(caller.Hash, WayOf(caller), cancellationToken) is not null;

    /// <summary>Somebody let in earlier, as they would be let in now: with the role and the groups that they have by now.</summary>
    /// <returns>Null when they would not be.</returns>
    public ValueTask<Caller?> Renew(Caller caller, CancellationToken cancellationToken) => Find(caller.Hash, WayOf(caller), cancellationToken);

    /// <summary>A key or sign-in was revoked here: whoever knows the way to the other hosts tells them this hash.</summary>
    public event Action<string>? Revoked;

    /// <summary>What a user may do was changed here, or their sign-ins were ended: to be told to the other hosts as well.</summary>
    public event Action<UserId>? UserChanged;

    /// <summary>Here or elsewhere: those who are meant may not be let in any more, and what they have open is to be looked at.</summary>
    public event Action<Predicate<Caller>>? Doubted;

    /// <summary>After the commit that revoked it.</summary>
    public void Forget(string hash)
    {
        ForgetHere(hash);
        Revoked?.Invoke(hash);
    }

    /// <summary>After a commit that changed what a user may do, or ended their sign-ins.</summary>
    public void ForgetUser(UserId user)
    {
        ForgetUserHere(user);
        UserChanged?.Invoke(user);
    }

    /// <summary>Another host has revoked it.</summary>
    public void ForgetHere(string hash)
    {
        Interlocked.Increment(ref _revision);
        _kept.TryRemove(hash, out _);
        Doubted?.Invoke(caller => caller.Hash == hash);
    }

    /// <summary>Another host has changed what they may do.</summary>
    public void ForgetUserHere(UserId user)
    {
        Interlocked.Increment(ref _revision);
        foreach (var (hash, kept) in _kept)
        {
            if (kept.Caller.Actor.UserId == user)
            {
                _kept.TryRemove(hash, out _);
            }
        }

        Doubted?.Invoke(caller => caller.Actor.UserId == user);
    }

    private Way WayOf(Caller caller) => caller switch
    {
        { Token: { } claims } => (services, hash, cancelled) => FindToken(services, claims, hash, cancelled),
        { ByKey: true } => FindKey,
        _ => FindSignIn,
    };

    private ValueTask<Caller?> Find(string hash, Way find, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _kept.TryGetValue(hash, out var kept) && now < kept.Until
            ? new(kept.Caller.ExpiresAt is { } end && end <= now ? null : kept.Caller)
            : FindAnew(hash, find, cancellationToken);
    }

    private async ValueTask<Caller?> FindAnew(string hash, Way find, CancellationToken cancellationToken)
    {
        var revision = Volatile.Read(ref _revision);
        var asked = time.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var caller = await find(scope.ServiceProvider, hash, cancellationToken);
        if (caller is null)
        {
            _kept.TryRemove(hash, out _);
            return null;
        }

        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        _kept[hash] = new(caller, asked + KeptFor);

        // Revoked between our reading and our keeping: then what was read may be what was true before.
        if (Volatile.Read(ref _revision) != revision)
        {
            _kept.TryRemove(hash, out _);
        }

        return caller;
    }

    private async Task<Caller?> FindKey(IServiceProvider services, string hash, CancellationToken cancellationToken)
    {
        var keys = services.GetRequiredService<IApiKeyStore>();
        var now = time.GetUtcNow();
        if (await keys.FindByHash(hash, cancellationToken) is not { } key || !key.Accepts(hash, now))
        {
            return null;
        }

        var caller = await FindUser(services, key.State.UserId, key.State.Scopes, key.State, hash, key.EndOf(hash), cancellationToken);
        if (caller is not null && (key.State.LastUsedAt is not { } last || now - last >= TouchedEvery))
        {
            _ = Touch(key.State.Id, now);
        }

        return caller;
    }

    private async Task<Caller?> FindSignIn(IServiceProvider services, string hash, CancellationToken cancellationToken) =>
        await services.GetRequiredService<ISignInStore>().Find(hash, cancellationToken) is { } signIn && time.GetUtcNow() < signIn.ExpiresAt
            ? await FindUser(services, signIn.UserId, scopes: null, key: null, hash, signIn.ExpiresAt, cancellationToken)
            : null;

    private async Task<Caller?> FindToken(IServiceProvider services, TokenClaims claims, string hash, CancellationToken cancellationToken) =>
        time.GetUtcNow() < claims.ExpiresAt
        && await services.GetRequiredService<IUserStore>().FindIdentity(claims.Issuer, claims.Subject, cancellationToken) is { } identity
        && await FindUser(services, identity.UserId, claims.Scopes, key: null, hash, claims.ExpiresAt, cancellationToken) is { } caller
            ? caller with { Token = claims }
            : null;

    /// <param name="scopes">Of a program; null for a browser, which may do all that its user may.</param>
    /// <param name="key">The program's, if that is what it came with.</param>
    private static async Task<Caller?> FindUser(
        IServiceProvider services,
        UserId id,
        IReadOnlyList<string>? scopes,
        ApiKeyState? key,
        string hash,
        DateTimeOffset? expiresAt,
        CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<IUserStore>().Find(id, cancellationToken) is not { State: { Status: UserStatus.Active } user })
        {
            return null;
        }

        var actor = new Actor(user.Id, user.Role, scopes ?? [])
        {
            Key = key?.Id,
            KeyExpiresAt = scopes is null ? null : expiresAt,
            Models = key?.Models ?? [],
            Groups = await services.GetRequiredService<IGroupStore>().GroupsOf(id, cancellationToken),
        };
        return new(actor, user, hash, scopes is not null, expiresAt);
    }

    // Nobody waits for this note, and its failure costs nothing but the note.
    private async Task Touch(ApiKeyId id, DateTimeOffset now)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IApiKeyStore>().Touch(id, now, CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever it is, the caller has been let in and the log says it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotNote(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last use of an API key could not be noted.")]
    private partial void CannotNote(Exception failure);

    private delegate Task<Caller?> Way(IServiceProvider services, string hash, CancellationToken cancellationToken);

    private sealed record Kept(Caller Caller, DateTimeOffset Until);
}
