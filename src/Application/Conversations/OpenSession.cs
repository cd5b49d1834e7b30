using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Begins a conversation on the web.</summary>
public sealed record OpenSession(SessionSettings Settings, IdempotencyKey? Key = null) : IRequest<Outcome<ChatSessionState>>;

internal sealed class OpenSessionValidator : AbstractValidator<OpenSession>
{
    public OpenSessionValidator()
    {
        SessionRules.Title(RuleFor(command => command.Settings.Title));
        SessionRules.Name(RuleFor(command => command.Settings.Model));
        SessionRules.Name(RuleFor(command => command.Settings.Persona));
        SessionRules.Prompt(RuleFor(command => command.Settings.SystemPrompt));
        SessionRules.Temperature(RuleFor(command => command.Settings.Temperature));
    }
}

internal sealed class OpenSessionHandler(
    ISessionStore sessions,
    PlaceTable places,
    Idempotent idempotent,
    IUnitOfWork work,
    IIdSource ids,
    CurrentActor current,
    TimeProvider time) : IRequestHandler<OpenSession, Outcome<ChatSessionState>>
{
    public async Task<Outcome<ChatSessionState>> Handle(OpenSession command, CancellationToken cancellationToken)
    {
        var (made, refusal) = await idempotent.Recall(command.Key, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        if (made is not null)
        {
            return await sessions.Find(new(Guid.Parse(made)), cancellationToken) is { } earlier ? earlier.State : Refusal.NotFound;
        }

        if (command.Settings.Model is { } model && !current.Required.MayAsk(model))
        {
            return SessionRules.ModelNotAllowed(current.Required);
        }

        var web = await places.Find(PlaceKind.Web, string.Empty, cancellationToken)
            ?? throw new InvalidOperationException("The web has no place: the migrations have not run.");
        var session = ChatSession.Open(new(ids.NewId()), current.Required.UserId, web.Id, command.Settings, time.GetUtcNow());
        sessions.Save(session);
        idempotent.Remember(command.Key, session.State.Id.ToString());
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return session.State;
    }
}
