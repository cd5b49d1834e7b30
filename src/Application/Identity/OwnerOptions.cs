namespace MeatLizard.Application.Identity;

public sealed record OwnerOptions
{
    public string? Email { get; init; }

    public string? Password { get; init; }
}
