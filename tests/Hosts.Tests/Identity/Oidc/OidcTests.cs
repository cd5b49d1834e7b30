using System.Text.Json.Nodes;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Identity.Oidc;

/// <summary>Signing in with an account elsewhere, against an issuer that speaks the real protocol, by a browser that follows where it is sent.</summary>
[TestFixture]
internal sealed class OidcTests
{
    private const string Start = "/api/v1/auth/oidc";

    private OidcServer _server = null!;
    private KeptLogs _logs = null!;
    private ApiHost _host = null!;

    [SetUp]
    public async Task Begin()
    {
        _server = await OidcServer.Start();
        _logs = new();
        _host = await Host("Member");
    }

    [TearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Somebody_signs_in_elsewhere_and_is_the_same_person_the_next_time()
    {
        var (first, cookie) = await SignIn();
        Assert.That((first.Status, first.Header("Location")), Is.EqualTo((302, "/")));
        using var olga = new ApiClient(_host.Address) { Cookie = cookie };
        var me = await olga.Get("/api/v1/me");
        Assert.That(me.Json.GetProperty("name").GetString(), Is.EqualTo("Olga Elsewhere"));
        Assert.That(me.Json.GetProperty("role").GetString(), Is.EqualTo("member"));
        Assert.That(me.Json.GetProperty("email").GetString(), Is.Null);
        Assert.That((await olga.Get("/api/v1/me/sign-ins")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));

        var (_, again) = await SignIn();
        using var later = new ApiClient(_host.Address) { Cookie = again };
        Assert.That((await later.Get("/api/v1/me")).Id, Is.EqualTo(me.Id));
        _server.Subject = "subject-2";
        var (_, others) = await SignIn();
        using var other = new ApiClient(_host.Address) { Cookie = others };
        Assert.That((await other.Get("/api/v1/me")).Id, Is.Not.EqualTo(me.Id));
    }

    [Test]
    public async Task The_browser_is_sent_with_a_proof_a_state_and_a_nonce_of_this_sign_in_alone()
    {
        var (first, cookie, _) = await Leave();
        var (second, _, _) = await Leave();
        var asked = Query(first);
        Assert.That(asked["response_type"], Is.EqualTo("code"));
        Assert.That(asked["client_id"], Is.EqualTo(OidcServer.Client));
        Assert.That(asked["redirect_uri"], Is.EqualTo(_server.Callback!.AbsoluteUri));
        Assert.That(asked["code_challenge_method"], Is.EqualTo("S256"));
        foreach (var name in new[] { "state", "nonce", "code_challenge" })
        {
            Assert.That(asked[name], Has.Length.EqualTo(43));
            Assert.That(asked[name], Is.Not.EqualTo(Query(second)[name]));
            Assert.That(cookie, Does.Not.Contain(asked[name]), "The cookie is sealed.");
        }
    }

    [Test]
    public async Task Without_the_browser_that_was_sent_away_a_code_is_worth_nothing()
    {
        var (there, cookie, _) = await Leave();
        var back = await Visit(there);
        var (_, strangers, _) = await Leave();
        foreach (var wrong in new[] { null, "", "meatlizard_oidc=nonsense", strangers, cookie[..^4] + "AAAA" })
        {
            Assert.That(await Return(back, wrong), Is.EqualTo("/#sign-in-failed"), wrong);
        }

        Assert.That(_server.Exchanges, Is.Zero, "The issuer was not even asked.");
        Assert.That(await Return(back, cookie), Is.EqualTo("/"));
    }

    [TestCase("state", "another")]
    [TestCase("state", null)]
    [TestCase("iss", "https://evil.example")]
    [TestCase("code", null)]
    [TestCase("code", "another")]
    public async Task An_answer_that_is_not_this_sign_ins_is_not_taken(string parameter, string? value)
    {
        var (there, cookie, _) = await Leave();
        var query = Query(await Visit(there));
        query.Remove(parameter);
        if (value is not null)
        {
            query[parameter] = value;
        }

        var changed = $"{Start}/callback?{string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}";
        Assert.That(await Return(new(_host.Address, changed), cookie), Is.EqualTo("/#sign-in-failed"));
        await AssertNobodyCame();
    }

    [Test]
    public async Task A_code_is_good_once()
    {
        var (there, cookie, _) = await Leave();
        var back = await Visit(there);
        Assert.That(await Return(back, cookie), Is.EqualTo("/"));
        Assert.That(await Return(back, cookie), Is.EqualTo("/#sign-in-failed"));
    }

    [Test]
    public async Task Who_declines_there_is_told_so_here()
    {
        var (there, cookie, _) = await Leave();
        var declined = new Uri(_host.Address, $"{Start}/callback?error=access_denied&error_description=no&state={Query(there)["state"]}");
        Assert.That(await Return(declined, cookie), Is.EqualTo("/#sign-in-failed"));
        Assert.That((await Visit(new(_host.Address, $"{Start}/callback"), null)).Header("Location"), Is.EqualTo("/#sign-in-failed"));
    }

    private static readonly (string Name, Func<JsonObject, JsonObject> Claims)[] Wrong =
    [
        ("another nonce", Put("nonce", "another")),
        ("no nonce", Put("nonce", null)),
        ("another issuer", Put("iss", "https://evil.example")),
        ("another client", Put("aud", "somebody")),
        ("several clients, made for nobody", Put("aud", new JsonArray(OidcServer.Client, "somebody"))),
        ("made for another client", Put("azp", "somebody")),
        ("expired", Put("exp", 1)),
        ("not yet", Put("nbf", 99999999999)),
        ("nobody", Put("sub", "")),
    ];

    [Test]
    public async Task What_the_issuer_says_must_be_for_this_sign_in([ValueSource(nameof(WrongNames))] string name)
    {
        _server.Claims = Wrong.Single(wrong => wrong.Name == name).Claims;
        Assert.That((await SignIn()).Answer.Header("Location"), Is.EqualTo("/#sign-in-failed"));
        await AssertNobodyCame();
    }

    [Test]
    public async Task What_the_issuer_says_must_be_signed_by_it()
    {
        using var stranger = new Issuer();
        foreach (var sign in new Func<Issuer, JsonObject, string>[]
        {
            (_, claims) => stranger.Sign(Issuer.RsaHeader(), claims),
            (keys, claims) => keys.Sign(new JsonObject { ["alg"] = "none" }, claims),
            (keys, claims) => keys.Sign(Issuer.RsaHeader(), claims)[..^8],
            (_, _) => "nonsense",
        })
        {
            _server.Sign = sign;
            Assert.That((await SignIn()).Answer.Header("Location"), Is.EqualTo("/#sign-in-failed"));
        }

        await AssertNobodyCame();
        Assert.That(_logs.Text, Does.Contain("A sign-in with the issuer did not come about: Signature."));
        Assert.That(_logs.Text, Does.Not.Contain("subject-1").And.Not.Contain(OidcServer.Secret));
    }

    [Test]
    public async Task An_issuer_that_calls_itself_something_else_is_not_asked()
    {
        _server.Describe = description => Put("issuer", "https://evil.example")(description);
        var answer = await Visit(new(_host.Address, Start), null);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, "issuer_unavailable")));
        _server.Describe = description => Put("token_endpoint", "http://evil.example/token")(description);
        Assert.That((await Visit(new(_host.Address, Start), null)).Code, Is.EqualTo("issuer_unavailable"));
    }

    [Test]
    public async Task Who_is_suspended_or_not_known_is_not_signed_in()
    {
        var (_, cookie) = await SignIn();
        using var olga = new ApiClient(_host.Address) { Cookie = cookie };
        using var owner = await _host.Owner();
        var id = (await olga.Get("/api/v1/me")).Id;
        Assert.That((await owner.Patch($"/api/v1/admin/users/{id}", new { status = "suspended" })).Status, Is.EqualTo(200));
        Assert.That((await SignIn()).Answer.Header("Location"), Is.EqualTo("/#sign-in-unknown"));

        await _host.DisposeAsync();
        _host = await Host("None");
        Assert.That((await SignIn()).Answer.Header("Location"), Is.EqualTo("/#sign-in-unknown"));
        await AssertNobodyCame();
    }

    [Test]
    public async Task The_page_is_told_where_one_signs_in_and_where_nobody_does_there_is_no_way()
    {
        using var nobody = _host.Nobody();
        Assert.That((await nobody.Get("/api/v1/auth/options")).Json.GetProperty("oidc").GetString(), Is.EqualTo("Example"));
        await using var without = await ApiHost.Start();
        using var there = without.Nobody();
        Assert.That((await there.Get("/api/v1/auth/options")).Json.GetProperty("oidc").GetString(), Is.Null);
        Assert.That((await there.Get(Start)).Status, Is.EqualTo(404));
        Assert.That((await there.Get($"{Start}/callback?code=x&state=y")).Status, Is.EqualTo(404));
    }

    private static IEnumerable<string> WrongNames => Wrong.Select(wrong => wrong.Name);

    private static Func<JsonObject, JsonObject> Put(string claim, JsonNode? value) => claims =>
    {
        claims[claim] = value?.DeepClone();
        return claims;
    };

    private static Dictionary<string, string> Query(Uri address) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query)
        .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());

    private async Task<ApiHost> Host(string newUsers)
    {
        var host = await ApiHost.Start(
            [
                .. ApiHost.WithOwner,
                $"--Identity:Oidc:Issuer={_server.Address}",
                $"--Identity:Oidc:ClientId={OidcServer.Client}",
                $"--Identity:Oidc:ClientSecret={OidcServer.Secret}",
                "--Identity:Oidc:Name=Example",
                $"--Identity:Oidc:NewUsers={newUsers}",
            ],
            services =>
            {
                services.Configure<LoggerFilterOptions>(filter =>
                {
                    filter.Rules.Clear();
                    filter.MinLevel = LogLevel.Information;
                    filter.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
                });
                services.AddSingleton<ILoggerProvider>(_logs);
            });
        _server.Callback = new(host.Address, $"{Start}/callback");
        return host;
    }

    private async Task AssertNobodyCame() => Assert.That((await _host.CountRows("sign_in", "app_user")).Values, Is.EqualTo(new[] { 0, 1 }));

    /// <summary>All the way there and back.</summary>
    private async Task<(Answer Answer, string? Cookie)> SignIn()
    {
        var (there, cookie, _) = await Leave();
        var answer = await Visit(await Visit(there), cookie);
        var set = answer.Header("Set-Cookie") ?? "";
        var at = set.IndexOf("meatlizard=", StringComparison.Ordinal);
        return (answer, at < 0 ? null : set[at..].Split(';')[0]);
    }

    /// <summary>To the issuer: where the browser is sent, and the cookie that it takes along.</summary>
    private async Task<(Uri There, string Cookie, Answer Answer)> Leave()
    {
        var answer = await Visit(new(_host.Address, Start), null);
        Assert.That(answer.Status, Is.EqualTo(302), answer.Text);
        var cookie = answer.Header("Set-Cookie")!;
        Assert.That(cookie, Does.Contain("httponly").IgnoreCase.And.Contain("samesite=lax").IgnoreCase.And.Contain("path=/api/v1/auth/oidc").IgnoreCase);
        return (new(answer.Header("Location")!), cookie.Split(';')[0], answer);
    }

    /// <summary>The issuer sends the browser on.</summary>
    private static async Task<Uri> Visit(Uri there)
    {
        var answer = await Visit(there, null);
        Assert.That(answer.Status, Is.EqualTo(302), answer.Text);
        return new(answer.Header("Location")!);
    }

    private static async Task<string?> Return(Uri back, string? cookie) => (await Visit(back, cookie)).Header("Location");

    private static async Task<Answer> Visit(Uri address, string? cookie)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (cookie is { Length: > 0 })
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await browser.SendAsync(request);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}
