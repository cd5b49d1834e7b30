namespace MeatLizard.Application.Identity;

/// <summary>Section <c>Identity</c>.</summary>
public sealed record IdentityOptions
{
    public SignUpPolicy SignUp { get; init; } = SignUpPolicy.Closed;

    /// <summary>Makes the owner at start instead of by the setup link.</summary>
    public OwnerOptions Owner { get; init; } = new();
}
