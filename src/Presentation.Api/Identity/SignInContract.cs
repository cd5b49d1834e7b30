namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Where somebody is signed in.</summary>
/// <param name="Client">What the browser called itself.</param>
/// <param name="Current">It is the one that asks.</param>
internal sealed record SignInContract(string Id, string? Client, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool Current);
