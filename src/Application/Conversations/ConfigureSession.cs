using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Changes a session's settings, its branch in front, or closes and reopens it.</summary>
public sealed record ConfigureSession(SessionId Id, SessionPatch Patch) : IRequest<Outcome<ChatSessionState>>;

internal sealed class ConfigureSessionValidator : AbstractValidator<ConfigureSession>
{
    public ConfigureSessionValidator()
    {
        // What was given is wrapped; the names are those that callers use.
        When(command => command.Patch.Title is not null, () =>
            SessionRules.Title(RuleFor(command => command.Patch.Title!.To)).OverridePropertyName("title"));
        When(command => command.Patch.Model is not null, () =>
            SessionRules.Name(RuleFor(command => command.Patch.Model!.To)).OverridePropertyName("model"));
        When(command => command.Patch.Persona is not null, () =>
            SessionRules.Name(RuleFor(command => command.Patch.Persona!.To)).OverridePropertyName("persona"));
        When(command => command.Patch.SystemPrompt is not null, () =>
            SessionRules.Prompt(RuleFor(command => command.Patch.SystemPrompt!.To)).OverridePropertyName("system_prompt"));
        When(command => command.Patch.Temperature is not null, () =>
            SessionRules.Temperature(RuleFor(command => command.Patch.Temperature!.To)).OverridePropertyName("temperature"));
    }
}

internal sealed class ConfigureSessionHandler(
    OwnSessions own,
    ISessionStore sessions,
    IMessageStore messages,
    IUnitOfWork work,
    CurrentActor current,
    TimeProvider time) : IRequestHandler<ConfigureSession, Outcome<ChatSessionState>>
{
    public async Task<Outcome<ChatSessionState>> Handle(ConfigureSession command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        if (command.Patch.Model?.To is { } model && !current.Required.MayAsk(model))
        {
            return SessionRules.ModelNotAllowed(current.Required);
        }

        var now = time.GetUtcNow();
        if (command.Patch.Status == SessionStatus.Active && session.State.Status == SessionStatus.Archived)
        {
            session.Reopen(now);
        }

        if (command.Patch.ChangesSettings)
        {
            session.Reconfigure(command.Patch.Onto(session.State), now);
        }

        if (command.Patch.LeafId is { } chosen)
        {
            if (await messages.Find(chosen, cancellationToken) is not { } message || message.SessionId != command.Id)
            {
                return Refusal.Invalid("leaf_id", "unknown_message", "The session has no such message.");
            }

            session.SwitchTo(await messages.LeafBelow(chosen, cancellationToken), now);
        }

        if (command.Patch.Status == SessionStatus.Archived && session.State.Status == SessionStatus.Active)
        {
            session.Close(now);
        }

        if (session.Version != session.StoredVersion)
        {
            sessions.Save(session);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return session.State;
    }
}
