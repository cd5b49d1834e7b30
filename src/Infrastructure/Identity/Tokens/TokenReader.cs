using MeatLizard.Application.Identity.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Identity.Tokens;

/// <summary>The bearer tokens of <c>Identity:Jwt</c>.</summary>
internal sealed partial class TokenReader : ITokenReader, IDisposable
{
    private readonly SigningKeys _keys;
    private readonly TokenVerifier _verifier;
    private readonly ILogger<TokenReader> _log;

    public TokenReader(IOptions<TokenOptions> options, TimeProvider time, ILogger<TokenReader> log, ILogger<SigningKeys> keysLog)
    {
        var given = options.Value;
        IsConfigured = given.IsConfigured;
        _log = log;
        _keys = new(_ => ValueTask.FromResult(given.Keys), time, keysLog);
        _verifier = new(
            new()
            {
                Issuer = given.Issuer,
                Audience = given.Audience,
                Algorithms = TokenRules.Listed(given.Algorithms),
                ClockSkew = given.ClockSkew,
                UserClaim = given.UserClaim,
                NameClaim = given.NameClaim,
                Scopes = TokenRules.Listed(given.Scopes),
            },
            _keys,
            time);
    }

    public bool IsConfigured { get; }

    public async ValueTask<TokenClaims?> Read(string token, CancellationToken cancellationToken)
    {
        var (claims, _, fault) = await _verifier.Verify(token, cancellationToken);
        if (claims is null)
        {
            Refused(fault);
        }

        return claims;
    }

    public void Dispose() => _keys.Dispose();

    [LoggerMessage(LogLevel.Information, "A bearer token was refused: {Reason}.")]
    private partial void Refused(TokenFault reason);
}
