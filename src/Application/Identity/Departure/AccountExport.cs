using System.Runtime.CompilerServices;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>
/// All that is kept of somebody, a page at a time, however much it is. No secret and no hash of one. What changes while it is read is in it
/// as it was at one moment or another.
/// </summary>
public sealed class AccountExport(IServiceScopeFactory scopes)
{
    private const int PageSize = 100;

    /// <summary>A message has up to half a million characters.</summary>
    private const int MessagesAtOnce = 16;

    public async IAsyncEnumerable<PersonalRecord> Read(UserId user, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var record in await Account(user, cancellationToken))
        {
            yield return record;
        }

        SessionId? after = null;
        IReadOnlyList<ChatSessionState> sessions;
        do
        {
            sessions = await Ask<ISessionStore, IReadOnlyList<ChatSessionState>>(
                store => store.ListById(user, after, PageSize, cancellationToken));
            foreach (var session in sessions)
            {
                after = session.Id;
                if (session.Kind == SessionKind.Chat)
                {
                    yield return new PersonalSession(session);
                }
                else if (await Ask<IResponseStore, StoredResponse?>(
                    store => store.Find(new(session.Id.Value), cancellationToken)) is { } response)
                {
                    yield return new PersonalResponse(response);
                }

                await foreach (var record in Messages(session.Id, cancellationToken))
                {
                    yield return record;
                }

                await foreach (var record in Requests(session.Id, cancellationToken))
                {
                    yield return record;
                }
            }
        }
        while (sessions.Count == PageSize);

        await foreach (var usage in Pages<IUsageLog, UsageEntry>(
            (log, cursor) => log.List(user, PageSize, cursor, cancellationToken), cancellationToken))
        {
            yield return new PersonalUsage(usage);
        }

        await foreach (var entry in Pages<IAuditLog, AuditEntry>(
            (log, cursor) => log.ListAbout(user, PageSize, cursor, cancellationToken), cancellationToken))
        {
            var isTheirs = entry.Provider != AuditEntry.User || entry.Subject == $"{user}";
            yield return new PersonalAudit(isTheirs ? entry : entry with { Subject = string.Empty, Name = string.Empty });
        }
    }

    private async Task<IReadOnlyList<PersonalRecord>> Account(UserId user, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var recovery = await services.GetRequiredService<IRecoveryStore>().FindOf(user, cancellationToken);
        var limits = await services.GetRequiredService<ILimitStore>().List(cancellationToken);
        var keys = await services.GetRequiredService<IApiKeyStore>().List(user, cancellationToken);
        var groups = await services.GetRequiredService<IGroupStore>().GroupsOf(user, cancellationToken);
        var defaults = await services.GetRequiredService<IDefaultStore>().Find(user, cancellationToken);
        return
        [
            .. from identity in await services.GetRequiredService<IUserStore>().ListIdentities(user, cancellationToken)
               select new PersonalIdentity(identity),
            .. from key in keys select new PersonalKey(key),
            .. from signIn in await services.GetRequiredService<ISignInStore>().List(user, DateTimeOffset.UnixEpoch, cancellationToken)
               select new PersonalSignIn(signIn),
            .. recovery is null ? Array.Empty<PersonalRecord>() : [new PersonalRecovery(recovery)],
            .. from overview in await services.GetRequiredService<IGroupStore>().List(cancellationToken)
               where groups.Contains(overview.Group.Id)
               select new PersonalGroup(overview.Group),
            .. from limit in limits
               where (limit.ScopeKind == Limit.User && limit.ScopeId == $"{user}")
                   || (limit.ScopeKind == Limit.Key && keys.Any(key => limit.ScopeId == $"{key.Id}"))
               select new PersonalLimit(limit),
            .. from invitation in await services.GetRequiredService<IInvitationStore>().ListOf(user, cancellationToken)
               select new PersonalInvitation(invitation),
            .. defaults is { Model: null, SystemPrompt: null } ? Array.Empty<PersonalRecord>() : [new PersonalDefaults(defaults)],
        ];
    }

    private IAsyncEnumerable<PersonalMessage> Messages(SessionId session, CancellationToken cancellationToken) => Pages<IMessageStore, Message>(
        (store, cursor) => store.List(session, MessagesAtOnce, cursor, newestFirst: false, cancellationToken),
        cancellationToken).Select(message => new PersonalMessage(message));

    private async IAsyncEnumerable<PersonalRequest> Requests(
        SessionId session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequestId? after = null;
        IReadOnlyList<RelayRequestState> requests;
        do
        {
            requests = await Ask<IRequestStore, IReadOnlyList<RelayRequestState>>(
                store => store.List(session, after, PageSize, cancellationToken));
            foreach (var request in requests)
            {
                after = request.Id;
                yield return new(request);
            }
        }
        while (requests.Count == PageSize);
    }

    private async IAsyncEnumerable<T> Pages<TStore, T>(
        Func<TStore, string?, Task<Page<T>>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TStore : notnull
    {
        string? cursor = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await Ask<TStore, Page<T>>(store => list(store, cursor));
            foreach (var item in page.Items)
            {
                yield return item;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>A scope of its own for each page: whoever reads slowly holds nothing meanwhile.</summary>
    private async Task<T> Ask<TStore, T>(Func<TStore, Task<T>> ask)
        where TStore : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TStore>());
    }
}
