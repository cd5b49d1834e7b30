using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Testing.Identity;

/// <summary>
/// An issuer where people have their accounts, over real HTTP: it describes itself, takes one client with one callback, gives codes for a PKCE
/// challenge and tokens for a code and its proof, once. What it says in a token a test may change.
/// </summary>
internal sealed class OidcServer : IAsyncDisposable
{
    public const string Client = "meatlizard";
    public const string Secret = "a client's secret";

    private readonly WebApplication _app;
    private readonly Issuer _keys = new();
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _codes = new();

    private OidcServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>To which browsers are sent back, and nowhere else.</summary>
    public Uri? Callback { get; set; }

    public string Subject { get; set; } = "subject-1";

    /// <summary>How often a code was exchanged, or tried to be.</summary>
    public int Exchanges { get; private set; }

    /// <summary>What the next token's claims are made into.</summary>
    public Func<JsonObject, JsonObject> Claims { get; set; } = claims => claims;

    /// <summary>By what the next token is signed.</summary>
    public Func<Issuer, JsonObject, string> Sign { get; set; } = (keys, claims) => keys.Sign(Issuer.RsaHeader(), claims);

    /// <summary>What it says of itself.</summary>
    public Func<JsonObject, JsonObject> Describe { get; set; } = description => description;

    public static async Task<OidcServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new OidcServer(app);
        app.Run(server.Answer);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _keys.Dispose();
    }

    private Task Answer(HttpContext http) => http.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => Json(http, Describe(new()
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/jwks",
            ["response_types_supported"] = new JsonArray("code"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
        })),
        "/jwks" => Json(http, _keys.Jwks),
        "/authorize" => Authorize(http),
        "/token" => Exchange(http),
        _ => Refuse(http, 404, "not_found"),
    };

    /// <summary>Somebody has signed in here, and the browser goes back.</summary>
    private Task Authorize(HttpContext http)
    {
        var asked = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        if (asked.GetValueOrDefault("client_id") != Client || asked.GetValueOrDefault("redirect_uri") != Callback?.AbsoluteUri)
        {
            // Never sent anywhere else.
            return Refuse(http, 400, "invalid_client_or_callback");
        }

        if (asked.GetValueOrDefault("response_type") != "code"
            || asked.GetValueOrDefault("code_challenge_method") != "S256"
            || asked.GetValueOrDefault("code_challenge") is not { Length: 43 }
            || asked.GetValueOrDefault("nonce") is not { Length: >= 32 }
            || asked.GetValueOrDefault("state") is not { Length: >= 32 } state
            || !asked.GetValueOrDefault("scope", "").Split(' ').Contains("openid"))
        {
            return Refuse(http, 400, "invalid_request");
        }

        var code = Issuer.Encode(RandomNumberGenerator.GetBytes(16));
        _codes[code] = asked;
        http.Response.Redirect(QueryHelpers.AddQueryString(
            Callback!.AbsoluteUri, new Dictionary<string, string?> { ["code"] = code, ["state"] = state, ["iss"] = Address, ["session_state"] = "x" }));
        return Task.CompletedTask;
    }

    private async Task Exchange(HttpContext http)
    {
        Exchanges++;
        var form = await http.Request.ReadFormAsync();
        if (form["grant_type"] != "authorization_code"
            || form["client_id"] != Client
            || form["client_secret"] != Secret
            || !_codes.TryRemove(form["code"].ToString(), out var asked)
            || form["redirect_uri"] != asked["redirect_uri"]
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked["code_challenge"])
        {
            await Refuse(http, 400, "invalid_grant");
            return;
        }

        var claims = Issuer.Claims(Subject);
        claims["iss"] = Address;
        claims["aud"] = Client;
        claims["nonce"] = asked["nonce"];
        claims["name"] = "Olga Elsewhere";
        await Json(http, new() { ["token_type"] = "Bearer", ["access_token"] = "opaque", ["expires_in"] = 300, ["id_token"] = Sign(_keys, Claims(claims)) });
    }

    private static Task Json(HttpContext http, JsonObject body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(Issuer.Text(body));
    }

    private static Task Refuse(HttpContext http, int status, string error)
    {
        http.Response.StatusCode = status;
        return Json(http, new() { ["error"] = error });
    }
}
