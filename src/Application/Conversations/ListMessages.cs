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
    /// <summary>A page is held in memory for as long as somebody reads it, however slowly.</summary>
    private const int Step = 50;

    /// <summary>Characters after which a page ends early; there is always the next one.</summary>
    private const int Enough = 2 * 1024 * 1024;

    public async Task<Outcome<Page<Message>>> Handle(ListMessages query, CancellationToken cancellationToken)
    {
        if (await own.Find(query.Id, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        try
        {
            return await Read(query, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }

    private async Task<Page<Message>> Read(ListMessages query, CancellationToken cancellationToken)
    {
        List<Message> items = [];
        var (cursor, read) = (query.Cursor, 0L);
        do
        {
            var page = await messages.List(query.Id, Math.Min(Step, query.Limit - items.Count), cursor, query.NewestFirst, cancellationToken);
            items.AddRange(page.Items);
            read += page.Items.Sum(message => (long)message.Text.Length);
            cursor = page.NextCursor;
        }
        while (cursor is not null && items.Count < query.Limit && read < Enough);

        return new(items, cursor);
    }
}
