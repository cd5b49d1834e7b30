namespace MeatLizard.Domain.Identity;

/// <summary>One way in which a user is known: (provider, subject) is unique.</summary>
/// <param name="Provider"><c>password</c>, <c>discord</c>, <c>oidc</c>, …</param>
/// <param name="Subject">The user's name there; for a password the e-mail address in lower case.</param>
/// <param name="SecretHash">For a password its salted hash; null elsewhere.</param>
public sealed record Identity(string Provider, string Subject, UserId UserId, string? SecretHash)
{
    public const string Password = "password";
}
