using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>The actor's sessions, newest activity first.</summary>
/// <param name="Limit">1 to 200.</param>
public sealed record ListSessions(int Limit, string? Cursor) : IRequest<Outcome<Page<ChatSessionState>>>;

internal sealed class ListSessionsValidator : AbstractValidator<ListSessions>
{
    public ListSessionsValidator() => RuleFor(query => query.Limit).InclusiveBetween(1, 200).WithMessage("A page has 1 to 200 items.");
}

internal sealed class ListSessionsHandler(ISessionStore sessions, CurrentActor current)
    : IRequestHandler<ListSessions, Outcome<Page<ChatSessionState>>>
{
    public async Task<Outcome<Page<ChatSessionState>>> Handle(ListSessions query, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.List(current.Required.UserId, query.Limit, query.Cursor, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }
}
