using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Everybody with an account, in the order of their coming.</summary>
/// <param name="Limit">1 to 200.</param>
public sealed record ListUsers(int Limit, string? Cursor) : IRequest<Outcome<Page<Account>>>, IForAdmins;

internal sealed class ListUsersValidator : AbstractValidator<ListUsers>
{
    public ListUsersValidator() => RuleFor(query => query.Limit).InclusiveBetween(1, 200).WithMessage("A page has 1 to 200 items.");
}

internal sealed class ListUsersHandler(IUserStore users) : IRequestHandler<ListUsers, Outcome<Page<Account>>>
{
    public async Task<Outcome<Page<Account>>> Handle(ListUsers query, CancellationToken cancellationToken)
    {
        try
        {
            return await users.List(query.Limit, query.Cursor, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }
}
