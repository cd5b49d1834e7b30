using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Application.Identity;

/// <summary>
/// Puts failed sign-ins into the audit log, behind the caller's back: how long the answer takes must not tell whether there is such an
/// account. Where there is none nothing is written, or whoever tries addresses could fill the log.
/// </summary>
internal sealed partial class FailedSignIns(IServiceScopeFactory scopes, IIdSource ids, TimeProvider time, ILogger<FailedSignIns> log)
{
    public const string Action = "sign_in";

    /// <param name="user">Null when there is no such account.</param>
    /// <param name="code">Why; the caller may have been told less.</param>
    public void Note(UserId? user, string code) => _ = Task.Run(() => user is { } id ? Write(id, code) : Task.CompletedTask);

    private async Task Write(UserId user, string code)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<IUserStore>().Find(user, CancellationToken.None);
            var entry = AuditEntry.By(user, found?.State.Name ?? string.Empty, Action, ids.NewId(), time.GetUtcNow());
            scope.ServiceProvider.GetRequiredService<IAuditLog>().Add(entry with { Outcome = AuditOutcome.Refused, Code = code });
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Relaxed, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for this; the caller was refused all the same, and the log says it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CannotNote(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in that failed could not be put into the audit log.")]
    private partial void CannotNote(Exception failure);
}
