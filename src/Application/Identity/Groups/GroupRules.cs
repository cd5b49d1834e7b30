namespace MeatLizard.Application.Identity.Groups;

internal static class GroupRules
{
    public static Refusal NameTaken { get; } = new(RefusalKind.Conflict, "group_name_taken", "There is a group of this name. Choose another.");
}
