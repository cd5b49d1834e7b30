using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Groups;

/// <summary>Makes a group, with nobody in it.</summary>
public sealed record FormGroup(string Name) : IRequest<Outcome<GroupOverview>>, IForAdmins, IAudited
{
    public string? AuditTarget => Name;
}

internal sealed class FormGroupValidator : AbstractValidator<FormGroup>
{
    public FormGroupValidator() => RuleFor(form => form.Name).MustBeAName();
}

internal sealed class FormGroupHandler(IGroupStore groups, IUnitOfWork work, IIdSource ids, TimeProvider time)
    : IRequestHandler<FormGroup, Outcome<GroupOverview>>
{
    public async Task<Outcome<GroupOverview>> Handle(FormGroup request, CancellationToken cancellationToken)
    {
        var group = UserGroup.Form(new() { Id = new(ids.NewId()), Name = request.Name.Trim(), CreatedAt = time.GetUtcNow() });
        groups.Save(group);
        try
        {
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }
        catch (DuplicateException taken) when (taken.Constraint == "user_group")
        {
            return GroupRules.NameTaken;
        }

        return new GroupOverview(group.State, 0);
    }
}
