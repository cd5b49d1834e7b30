using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Infrastructure.Identity.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Identity.Oidc;

/// <summary>
/// Authorization code with PKCE. What comes back counts only with the cookie of the browser that was sent away, its state, and from the issuer that it
/// was sent to; what the issuer then says only with its signature, for this client, with the nonce of this sign-in.
/// </summary>
internal sealed partial class OidcIssuer : IOidcIssuer, IDisposable
{
    private const int LargestAnswer = 64 * 1024;
    private const int LongestCode = 4096;

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly OidcOptions _options;
    private readonly OidcFlow _flow;
    private readonly TimeProvider _time;
    private readonly ILogger<OidcIssuer> _log;
    private readonly SigningKeys _keys;
    private readonly TokenVerifier _verifier;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestAnswer,
    };

    private volatile Known? _known;

    public OidcIssuer(IOptions<OidcOptions> options, OidcFlow flow, TimeProvider time, ILogger<OidcIssuer> log, ILogger<SigningKeys> keysLog)
    {
        (_options, _flow, _time, _log) = (options.Value, flow, time, log);
        _keys = new(async cancelled => (await Discover(cancelled)).JwksUri, time, keysLog);
        _verifier = new(
            new()
            {
                Issuer = _options.Issuer,
                Audience = _options.ClientId,
                Algorithms = ["RS256", "ES256"],
                ClockSkew = TimeSpan.FromSeconds(30),
                UserClaim = "sub",
                NameClaim = _options.NameClaim,
                Scopes = [],
            },
            _keys,
            time);
    }

    public bool IsConfigured => _options.IsConfigured;

    public async ValueTask<OidcBeginning?> Begin(Uri callback, CancellationToken cancellationToken)
    {
        try
        {
            var known = await Discover(cancellationToken);
            var (secrets, cookie) = _flow.Begin(callback);
            var asked = new Dictionary<string, string>
            {
                ["response_type"] = "code",
                ["client_id"] = _options.ClientId,
                ["redirect_uri"] = callback.AbsoluteUri,
                ["scope"] = _options.Scopes,
                ["state"] = secrets.State,
                ["nonce"] = secrets.Nonce,
                ["code_challenge"] = secrets.Challenge,
                ["code_challenge_method"] = "S256",
            };
            var query = string.Join('&', asked.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
            var separator = known.AuthorizationEndpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return new(new($"{known.AuthorizationEndpoint}{separator}{query}"), cookie);
        }
        catch (Exception broken) when (IsTheirs(broken, cancellationToken))
        {
            Failed("Unreachable");
            return null;
        }
    }

    public async ValueTask<TokenClaims?> Finish(OidcReturn returned, CancellationToken cancellationToken)
    {
        var (claims, reason) = await Look(returned, cancellationToken);
        if (claims is null)
        {
            Failed(reason);
        }

        return claims;
    }

    public void Dispose()
    {
        _keys.Dispose();
        _http.Dispose();
    }

    private async Task<(TokenClaims? Claims, string Reason)> Look(OidcReturn returned, CancellationToken cancellationToken)
    {
        if (_flow.Open(returned.Flow) is not { } secrets)
        {
            return (null, "Flow");
        }

        if (!Same(returned.State, secrets.State))
        {
            return (null, "State");
        }

        // An issuer that says who it is in the answer must be the one that was asked (RFC 9207).
        if (returned.Issuer is { } issuer && issuer != _options.Issuer)
        {
            return (null, "Issuer");
        }

        if (returned.Code is not { Length: > 0 and <= LongestCode } code)
        {
            return (null, "Code");
        }

        try
        {
            if (await Exchange(code, secrets, cancellationToken) is not { } token)
            {
                return (null, "Exchange");
            }

            var (claims, all, fault) = await _verifier.Verify(token, cancellationToken);
            return claims is null ? (null, fault.ToString())
                : !Same(TokenShape.Text(all, "nonce"), secrets.Nonce) ? (null, "Nonce")
                : !IsForUs(all) ? (null, "Party")
                : (claims, "");
        }
        catch (Exception broken) when (IsTheirs(broken, cancellationToken))
        {
            return (null, "Unreachable");
        }
    }

    private async Task<string?> Exchange(string code, OidcFlow.Secrets secrets, CancellationToken cancellationToken)
    {
        var known = await Discover(cancellationToken);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = secrets.Callback.AbsoluteUri,
            ["client_id"] = _options.ClientId,
            ["code_verifier"] = secrets.Verifier,
        };
        if (_options.ClientSecret.Length > 0)
        {
            form["client_secret"] = _options.ClientSecret;
        }

        using var content = new FormUrlEncodedContent(form);
        using var answer = await _http.PostAsync(new Uri(known.TokenEndpoint), content, cancellationToken);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync(OidcJson.Default.OidcTokens, cancellationToken))?.IdToken
            : null;
    }

    private async Task<OidcDiscovery> Discover(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_known is { } known && now < known.Until)
        {
            return known.Discovery;
        }

        var address = new Uri($"{_options.Issuer.TrimEnd('/')}/.well-known/openid-configuration");
        var said = await _http.GetFromJsonAsync(address, OidcJson.Default.OidcDiscovery, cancellationToken);
        if (said is null
            || said.Issuer != _options.Issuer
            || !new[] { said.AuthorizationEndpoint, said.TokenEndpoint, said.JwksUri }.All(TokenOptionsCheck.IsSafe))
        {
            throw new HttpRequestException("The issuer's description of itself is another's, or names addresses that are not https.");
        }

        _known = new(said, now + Fresh);
        return said;
    }

    /// <summary>A token for several must name this client as the one it was made for.</summary>
    private bool IsForUs(JsonElement claims) => TokenShape.Text(claims, "azp") is { } party
        ? party == _options.ClientId
        : !claims.TryGetProperty("azp", out _)
            && (claims.GetProperty("aud").ValueKind == JsonValueKind.String || claims.GetProperty("aud").GetArrayLength() == 1);

    private static bool Same(string? said, string expected) =>
        said is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(expected));

    private static bool IsTheirs(Exception broken, CancellationToken cancellationToken) => broken is HttpRequestException or JsonException or NotSupportedException
        || (broken is TaskCanceledException && !cancellationToken.IsCancellationRequested);

    [LoggerMessage(LogLevel.Information, "A sign-in with the issuer did not come about: {Reason}.")]
    private partial void Failed(string reason);

    private sealed record Known(OidcDiscovery Discovery, DateTimeOffset Until);
}
