using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Gives a group another name.</summary>
public sealed record RenameGroup(GroupId Id, string Name) : IRequest<Outcome<GroupOverview>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class RenameGroupValidator : AbstractValidator<RenameGroup>
{
    public RenameGroupValidator() => RuleFor(rename => rename.Name).MustBeAName();
}

internal sealed class RenameGroupHandler(IGroupStore groups, IUnitOfWork work) : IRequestHandler<RenameGroup, Outcome<GroupOverview>>
{
    public async Task<Outcome<GroupOverview>> Handle(RenameGroup request, CancellationToken cancellationToken)
    {
        if (await groups.Find(request.Id, cancellationToken) is not { } group)
        {
            return Refusal.NotFound;
        }

        var members = await groups.Members(request.Id, cancellationToken);
        group.Rename(request.Name.Trim());
        groups.Save(group);
        try
        {
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }
        catch (DuplicateException taken) when (taken.Constraint == "user_group")
        {
            return GroupRules.NameTaken;
        }

        return new GroupOverview(group.State, members.Count);
    }
}
