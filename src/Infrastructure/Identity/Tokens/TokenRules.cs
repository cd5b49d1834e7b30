namespace MeatLizard.Infrastructure.Identity.Tokens;

/// <summary>What an issuer's tokens must say.</summary>
internal sealed record TokenRules
{
    public required string Issuer { get; init; }

    public required string Audience { get; init; }

    public required string[] Algorithms { get; init; }

    public required TimeSpan ClockSkew { get; init; }

    public required string UserClaim { get; init; }

    public required string NameClaim { get; init; }

    public required string[] Scopes { get; init; }

    public static string[] Listed(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
