namespace MeatLizard.Application.Identity.Oidc;

/// <summary>A sign-in elsewhere that has begun.</summary>
/// <param name="Address">Where the browser is sent.</param>
/// <param name="Flow">What the browser brings back: sealed, good for ten minutes and for this one sign-in.</param>
public sealed record OidcBeginning(Uri Address, string Flow);
