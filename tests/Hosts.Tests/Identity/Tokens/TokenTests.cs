using System.Net;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Identity.Tokens;

/// <summary>Whose tokens are taken, and that nobody else's are: every attack gets the same answer, and leaves a reason in the log and nothing else.</summary>
[TestFixture]
internal sealed class TokenTests
{
    private TestFolder _folder = null!;
    private Issuer _issuer = null!;
    private KeptLogs _logs = null!;
    private ApiHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new();
        _issuer = new();
        _logs = new();
        _host = await Host("Member");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        _issuer.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task No_attack_gets_in_and_all_are_told_the_same()
    {
        var attacks = TokenAttacks.All.ToArray();
        Assert.That(attacks, Has.Length.GreaterThanOrEqualTo(60));
        Assert.That(attacks.Select(attack => attack.Name), Is.Unique);
        var users = (await _host.CountRows("app_user"))["app_user"];
        var expected = Body(await Ask("Bearer ml_wrong"));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, forge) in attacks)
            {
                var token = forge(_issuer);
                var answer = await Ask($"Bearer {token}");
                Assert.That(answer.Status, Is.EqualTo(401), name);
                Assert.That(Body(answer), Is.EqualTo(expected), name);
                Assert.That(answer.Header("WWW-Authenticate"), Is.EqualTo("Bearer"), name);
                Assert.That(token.Split('.').Where(part => part.Length > 20 && _logs.Text.Contains(part, StringComparison.Ordinal)), Is.Empty, name);
                Assert.That((await Ask($"Bearer {_issuer.Good("beside")}")).Status, Is.EqualTo(200), "A good one passes beside it.");
            }
        }

        Assert.That((await _host.CountRows("app_user"))["app_user"], Is.EqualTo(users + 1), "Nobody but the good one's user was made.");
        Assert.That(_logs.Text, Does.Contain("A bearer token was refused: Signature.").And.Contain("Algorithm.").And.Contain("Audience."));
        Assert.That(_logs.Text, Does.Not.Contain("anna").And.Not.Contain("evil.example").And.Not.Contain("Anna Token"));
    }

    [TestCase("")]
    [TestCase("Bearer")]
    [TestCase("Bearer ")]
    [TestCase("Basic YW5uYTpwYXNzd29yZA==")]
    [TestCase("Token {0}")]
    [TestCase("{0}")]
    public async Task A_good_token_in_a_wrong_header_is_none(string header)
    {
        var answer = await Ask(header.Replace("{0}", _issuer.Good(), StringComparison.Ordinal));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "invalid_key")));
    }

    [TestCase("{0}")]
    [TestCase("null")]
    [TestCase("")]
    [TestCase("' OR 1=1 --")]
    [TestCase("ml_key")]
    public async Task A_cookie_that_is_no_sign_in_lets_nobody_in(string cookie)
    {
        using var nobody = _host.Nobody();
        var answer = await nobody.Get("/api/v1/me", ("Cookie", $"meatlizard={cookie.Replace("{0}", _issuer.Good(), StringComparison.Ordinal)}"));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "unauthenticated")));
    }

    [Test]
    public async Task Good_tokens_of_every_allowed_kind_are_the_same_user()
    {
        var several = Issuer.Claims();
        several["aud"] = new System.Text.Json.Nodes.JsonArray("another", Issuer.Audience);
        var access = Issuer.RsaHeader();
        access["typ"] = "at+jwt";
        var untyped = Issuer.RsaHeader();
        untyped.Remove("typ");
        var late = Issuer.Claims();
        late["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10;
        var ids = new HashSet<string>();
        foreach (var token in new[]
        {
            _issuer.Good(), _issuer.SignEc(Issuer.EcHeader(), Issuer.Claims()), _issuer.Sign(Issuer.RsaHeader(), several),
            _issuer.Sign(access, Issuer.Claims()), _issuer.Sign(untyped, Issuer.Claims()), _issuer.Sign(Issuer.RsaHeader(), late),
        })
        {
            var answer = await Ask($"Bearer {token}");
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            ids.Add(answer.Id);
            Assert.That(answer.Json.GetProperty("name").GetString(), Is.EqualTo("Anna Token"));
            Assert.That(answer.Json.GetProperty("role").GetString(), Is.EqualTo("member"));
        }

        Assert.That(ids, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_token_opens_what_its_scopes_name_and_what_is_of_its_user()
    {
        using var anna = new ApiClient(_host.Address) { Key = _issuer.Good("scoped") };
        var session = await anna.OpenSession();
        Assert.That((await anna.Say(session, "hello")).Status, Is.EqualTo(200));
        Assert.That((await anna.Get("/v1/models")).Status, Is.EqualTo(200));
        Assert.That((await anna.Get("/api/v1/keys")).Code, Is.EqualTo("forbidden"));
        Assert.That((await anna.Get("/api/v1/me/export")).Code, Is.EqualTo("forbidden"));
        using var olga = new ApiClient(_host.Address) { Key = _issuer.Good("olga") };
        Assert.That((await olga.Get($"/api/v1/sessions/{session}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_token_makes_no_key_that_outlives_it()
    {
        await using var host = await Host("Member", "--Identity:Jwt:Scopes=chat,keys");
        using var anna = new ApiClient(host.Address) { Key = _issuer.Good() };
        var forever = await anna.Post("/api/v1/keys", new { name = "for ever", scopes = new[] { "chat" } });
        Assert.That((forever.Status, forever.Code), Is.EqualTo((403, "scope_exceeded")), forever.Text);
        var brief = await anna.Post("/api/v1/keys", new { name = "brief", scopes = new[] { "chat" }, expires_at = DateTimeOffset.UtcNow.AddMinutes(1) });
        Assert.That(brief.Status, Is.EqualTo(201), brief.Text);
    }

    [Test]
    public async Task Of_two_first_calls_at_once_one_account_comes()
    {
        var users = (await _host.CountRows("app_user"))["app_user"];
        var token = _issuer.Good("twice");
        var both = await Task.WhenAll(Ask($"Bearer {token}"), Ask($"Bearer {token}"), Ask($"Bearer {_issuer.Good("twice")}"));
        Assert.That(both.Select(answer => answer.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That((await _host.CountRows("app_user"))["app_user"], Is.EqualTo(users + 1));
    }

    [Test]
    public async Task Whoever_is_suspended_or_forgotten_is_not_let_in_by_a_token()
    {
        using var owner = await _host.Owner();
        var token = _issuer.Good("suspended");
        var id = (await Ask($"Bearer {token}")).Id;
        Assert.That((await owner.Patch($"/api/v1/admin/users/{id}", new { status = "suspended" })).Status, Is.EqualTo(200));
        Assert.That((await Ask($"Bearer {token}")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Where_nobody_new_is_wanted_a_stranger_with_a_good_token_is_not_let_in()
    {
        await using var host = await Host("None");
        using var nobody = host.Nobody();
        var answer = await nobody.Get("/api/v1/me", ("Authorization", $"Bearer {_issuer.Good()}"));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "invalid_key")));
    }

    [Test]
    public async Task Without_an_issuer_no_token_is_taken()
    {
        await using var host = await ApiHost.Start();
        using var nobody = host.Nobody();
        Assert.That((await nobody.Get("/api/v1/me", ("Authorization", $"Bearer {_issuer.Good()}"))).Code, Is.EqualTo("invalid_key"));
    }

    [Test]
    public async Task A_new_key_is_found_at_its_address_and_strangers_do_not_have_it_asked_for_again_and_again()
    {
        using var served = new Issuer();
        var asked = 0;
        using var listener = new HttpListener();
        var address = Listen(listener);
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var call = await listener.GetContextAsync();
                Interlocked.Increment(ref asked);
                await call.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Issuer.Text(served.Jwks)));
                call.Response.Close();
            }
        });
        await using var host = await Host("Guest", $"--Identity:Jwt:Keys={address}");
        using var nobody = host.Nobody();
        Assert.That(asked, Is.Zero, "Nobody has shown a token yet.");
        var first = await nobody.Get("/api/v1/me", ("Authorization", $"Bearer {served.Good()}"));
        Assert.That((first.Status, first.Json.GetProperty("role").GetString()), Is.EqualTo((200, "guest")));
        for (var i = 0; i < 10; i++)
        {
            var unknown = Issuer.RsaHeader();
            unknown["kid"] = $"unknown-{i}";
            Assert.That((await nobody.Get("/api/v1/me", ("Authorization", $"Bearer {served.Sign(unknown, Issuer.Claims())}"))).Status, Is.EqualTo(401));
        }

        Assert.That(asked, Is.EqualTo(1));
        Assert.That((await nobody.Get("/api/v1/me", ("Authorization", $"Bearer {served.Good()}"))).Status, Is.EqualTo(200));
    }

    private static string Listen(HttpListener listener)
    {
        var address = $"http://127.0.0.1:{TestPort.Free()}/jwks/";
        listener.Prefixes.Add(address);
        listener.Start();
        return address;
    }

    private static string Body(Answer answer) => answer.Text.Replace(answer.Json.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);

    private Task<ApiHost> Host(string newUsers, params string[] more)
    {
        var keys = _folder.File("jwks.json");
        File.WriteAllText(keys, Issuer.Text(_issuer.Jwks));
        return ApiHost.Start(
            [
                .. ApiHost.WithOwner,
                $"--Identity:Jwt:Issuer={Issuer.Name}",
                $"--Identity:Jwt:Audience={Issuer.Audience}",
                $"--Identity:Jwt:Keys={keys}",
                $"--Identity:Jwt:NewUsers={newUsers}",
                .. more,
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
    }

    private async Task<Answer> Ask(string authorization)
    {
        using var nobody = _host.Nobody();
        return await nobody.Get("/api/v1/me", ("Authorization", authorization));
    }
}
