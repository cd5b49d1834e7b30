namespace MeatLizard.Presentation.Api.Identity.Groups;

/// <summary>People who are counted together.</summary>
/// <param name="Members">How many.</param>
internal sealed record GroupContract(Guid Id, string Name, int Members, DateTimeOffset CreatedAt);
