using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>All invitations, newest first.</summary>
/// <param name="Limit">1 to 200.</param>
public sealed record ListInvitations(int Limit, string? Cursor) : IRequest<Outcome<Page<InvitationState>>>, IForAdmins;

internal sealed class ListInvitationsValidator : AbstractValidator<ListInvitations>
{
    public ListInvitationsValidator() => RuleFor(query => query.Limit).InclusiveBetween(1, 200).WithMessage("A page has 1 to 200 items.");
}

internal sealed class ListInvitationsHandler(IInvitationStore invitations)
    : IRequestHandler<ListInvitations, Outcome<Page<InvitationState>>>
{
    public async Task<Outcome<Page<InvitationState>>> Handle(ListInvitations query, CancellationToken cancellationToken)
    {
        try
        {
            return await invitations.List(query.Limit, query.Cursor, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }
}
