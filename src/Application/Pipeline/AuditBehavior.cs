using System.Text.Json;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Operations;
using MeatLizard.Domain;
using MeatLizard.Domain.Operations;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Application.Pipeline;

/// <summary>
/// Writes down what somebody asked for. What is done is in the same commit as its row: neither is there without the other. What was refused
/// gets a row of its own.
/// </summary>
internal sealed class AuditBehavior<TRequest, TResponse>(
    CurrentActor current, IAuditLog log, IUserStore users, IUnitOfWork work, IServiceScopeFactory scopes, IIdSource ids, TimeProvider time)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IAudited
    where TResponse : IOutcome<TResponse>
{
    private const int Longest = 200;

    private static readonly string Action = JsonNamingPolicy.SnakeCaseLower.ConvertName(typeof(TRequest).Name);

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (current.Actor is not { IsRecorded: false } actor)
        {
            return await next();
        }

        var name = (await users.Find(actor.UserId, cancellationToken))?.State.Name ?? string.Empty;
        var entry = AuditEntry.By(actor.UserId, name, Action, ids.NewId(), time.GetUtcNow()) with { Target = Cut(request.AuditTarget) };
        log.Add(entry);
        TResponse outcome;
        try
        {
            outcome = await next();
        }
        catch (DomainException refused)
        {
            await RecordRefused(entry, refused.Code, cancellationToken);
            throw;
        }

        if (outcome.Refusal is { } refusal)
        {
            await RecordRefused(entry, refusal.Code, cancellationToken);
        }
        else
        {
            // One that had nothing to change has committed nothing, and is written down all the same.
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return outcome;
    }

    /// <summary>In a scope of its own: what the use case had collected is not to be written.</summary>
    private async Task RecordRefused(AuditEntry entry, string code, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IAuditLog>().Add(entry with { Outcome = AuditOutcome.Refused, Code = code });
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, cancellationToken);
    }

    private static string? Cut(string? target) => target is { Length: > Longest } ? target[..Longest] : target;
}
