using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Groups;

/// <param name="Members">How many.</param>
public sealed record GroupOverview(UserGroupState Group, int Members);
