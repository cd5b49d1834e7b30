using System.Text.Json;
using MeatLizard.Application.Identity.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MeatLizard.Infrastructure.Identity.Tokens;

/// <summary>Shape first, then the key, then the signature, and only then what is said.</summary>
internal sealed class TokenVerifier(TokenRules rules, SigningKeys keys, TimeProvider time)
{
    private const int LongestSubject = 200;
    private const int LongestName = 100;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = TokenShape.Longest, MapInboundClaims = false };

    /// <returns>Null, and why; or what it says, and all of its claims.</returns>
    public async ValueTask<(TokenClaims? Claims, JsonElement All, TokenFault Fault)> Verify(string token, CancellationToken cancellationToken)
    {
        var (shape, fault) = TokenShape.Read(token, rules.Algorithms);
        if (shape is null)
        {
            return (null, default, fault);
        }

        var (key, areThere) = await keys.Find(shape.KeyId, shape.Algorithm, cancellationToken);
        if (key is null)
        {
            return (null, default, areThere ? TokenFault.Key : TokenFault.KeysUnavailable);
        }

        var result = await _handler.ValidateTokenAsync(token, Rules(key));
        if (!result.IsValid)
        {
            return (null, default, FaultOf(result.Exception));
        }

        (var claims, fault) = Said(shape.Claims);
        return (claims, shape.Claims, fault);
    }

    private TokenValidationParameters Rules(SecurityKey key) => new()
    {
        IssuerSigningKey = key,
        ValidAlgorithms = rules.Algorithms,
        ValidIssuer = rules.Issuer,
        ValidAudience = rules.Audience,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidateIssuerSigningKey = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,

        // By our own clock, below.
        ValidateLifetime = false,
    };

    private (TokenClaims? Claims, TokenFault Fault) Said(JsonElement claims)
    {
        var (now, skew) = (time.GetUtcNow(), rules.ClockSkew);
        if (Time(claims, "exp") is not { } expiry)
        {
            return (null, TokenFault.Claims);
        }

        if (now >= expiry + skew)
        {
            return (null, TokenFault.Expired);
        }

        foreach (var name in (string[])["nbf", "iat"])
        {
            if (claims.TryGetProperty(name, out _) && Time(claims, name) is var from && (from is null || from > now + skew))
            {
                return (null, from is null ? TokenFault.Claims : TokenFault.NotYetValid);
            }
        }

        // The library joins and converts; here each is what it is.
        if (TokenShape.Text(claims, "iss") != rules.Issuer)
        {
            return (null, TokenFault.Issuer);
        }

        if (TokenShape.Text(claims, rules.UserClaim) is not { Length: > 0 and <= LongestSubject } subject || subject.Any(char.IsControl))
        {
            return (null, TokenFault.Claims);
        }

        var called = TokenShape.Text(claims, rules.NameClaim)?.Trim();
        return (
            new(rules.Issuer, subject, called is { Length: > 0 and <= LongestName } && !called.Any(char.IsControl) ? called : null, expiry + skew, rules.Scopes),
            default);
    }

    /// <summary>Seconds since 1970, as a number; null for anything else.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds))
        {
            return null;
        }

        // Up to the year 9999.
        return seconds is >= 0 and < 253_402_300_800 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }

    private static TokenFault FaultOf(Exception? exception) => exception switch
    {
        SecurityTokenInvalidIssuerException => TokenFault.Issuer,
        SecurityTokenInvalidAudienceException => TokenFault.Audience,
        SecurityTokenInvalidAlgorithmException => TokenFault.Algorithm,
        SecurityTokenInvalidSigningKeyException => TokenFault.Key,
        SecurityTokenNoExpirationException => TokenFault.Claims,
        SecurityTokenInvalidSignatureException => TokenFault.Signature,
        _ => TokenFault.Malformed,
    };
}
