using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>A session's messages on all branches, by arrival.</summary>
/// <param name="Limit">1 to 200.</param>
public sealed record ListMessages(SessionId Id, int Limit, string? Cursor, bool NewestFirst) : IRequest<Outcome<Page<Message>>>;

internal sealed class ListMessagesValidator : AbstractValidator<ListMessages>
{
    public ListMessagesValidator() => RuleFor(query => query.Limit).InclusiveBetween(1, 200).WithMessage("A page has 1 to 200 items.");
}

internal sealed class ListMessagesHandler(OwnSessions own, IMessageStore messages) : IRequestHandler<ListMessages, Outcome<Page<Message>>>
{
    public async Task<Outcome<Page<Message>>> Handle(ListMessages query, CancellationToken cancellationToken)
    {
        if (await own.Find(query.Id, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        try
        {
            return await messages.List(query.Id, query.Limit, query.Cursor, query.NewestFirst, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }
}
