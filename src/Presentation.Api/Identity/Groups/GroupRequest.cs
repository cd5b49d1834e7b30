namespace MeatLizard.Presentation.Api.Identity.Groups;

/// <param name="Name">1 to 100 characters; no two groups have the same.</param>
internal sealed record GroupRequest(string Name);
