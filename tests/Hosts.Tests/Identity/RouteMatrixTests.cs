using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Presentation.Api.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>
/// Every route, for every kind of caller, with every kind of id. Routes are found and not listed; a policy that the table does not know, or none
/// at all, is a failure.
/// </summary>
[TestFixture]
internal sealed class RouteMatrixTests
{
    /// <summary>Whom each policy lets in, of those who are let in anywhere.</summary>
    private static readonly Dictionary<string, string[]> LetsIn = new()
    {
        [Access.SignedIn] = ["owner", "owner's browser", "admin", "member", "guest", "chat", "keys", "admin's admin", "admin's chat"],
        [Access.Whole] = ["owner", "owner's browser", "admin", "member", "guest"],
        [Access.Chat] = ["owner", "owner's browser", "admin", "member", "guest", "chat", "admin's chat"],
        [Access.Keys] = ["owner", "owner's browser", "admin", "member", "guest", "keys"],
        [Access.OwnKeys] = ["owner", "owner's browser", "admin", "member", "keys"],
        [Access.Admin] = ["owner", "owner's browser", "admin", "admin's admin"],
    };

    private readonly Dictionary<string, ApiClient> _callers = [];
    private readonly Dictionary<string, string> _outside = [];

    private ApiHost _host = null!;

    private static string[] Ids => ["mine", "theirs", "missing", "nil", "capital letters", "no id", "a way up", "long"];

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(
            [.. ApiHost.WithOwner, "--Identity:SignUp=Open"], services => services.Replace(ServiceDescriptor.Singleton<IRateLimiter>(new Unlimited())));
        var browser = _callers["owner's browser"] = await _host.Owner();
        var made = await browser.Post("/api/v1/keys", new { name = "owner" });
        _callers["owner"] = new(_host.Address) { Key = made.Json.GetProperty("key").GetString() };
        _callers["admin"] = await _host.Member("admin", Role.Admin);
        _callers["member"] = await _host.Member("member");
        _callers["guest"] = await _host.Member("guest", Role.Guest);
        _callers["chat"] = await _host.Member("chat", Role.Member, KeyScopes.Chat);
        _callers["keys"] = await _host.Member("keys", Role.Member, KeyScopes.Keys);
        _callers["admin's admin"] = await _host.Member("admin's admin", Role.Admin, KeyScopes.Admin);
        _callers["admin's chat"] = await _host.Member("admin's chat", Role.Admin, KeyScopes.Chat);

        await Outside("nobody", _host.Nobody(), "unauthenticated");
        await Outside("a key that never was", new(_host.Address) { Key = "ml_wrong" }, "invalid_key");
        await Outside("a revoked key", await Revoked(), "invalid_key");
        await Outside("an expired key", await Expired(), "invalid_key");
        await Outside("a suspended user's key", await Suspended(), "invalid_key");
        await Outside("a forgotten user's key", await Forgotten(), "invalid_key");
        await Outside("an ended sign-in", await SignedOut(), "unauthenticated");
        await Outside("a suspended user's sign-in", await SuspendedBrowser(), "unauthenticated");
        await Outside("a cookie that never was", new(_host.Address) { Cookie = "meatlizard=wrong" }, "unauthenticated");
        await Outside("a token of nobody's", new(_host.Address) { Key = "e30.e30.e30" }, "invalid_key");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var caller in _callers.Values)
        {
            caller.Dispose();
        }

        await _host.DisposeAsync();
    }

    [Test]
    public void Every_route_has_one_policy_that_the_table_knows()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var route in Routes())
            {
                Assert.That(LetsIn.Keys, Does.Contain(route.Policy), $"{route}");
            }
        }
    }

    [Test]
    public async Task Who_is_not_let_in_anywhere_gets_the_same_401_whatever_they_name()
    {
        var tried = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (var route in Routes())
            {
                foreach (var (name, code) in _outside)
                {
                    string? first = null;
                    foreach (var id in IdsFor(route))
                    {
                        var answer = await Call(name, route, id);
                        var wanted = route.Pattern.StartsWith("/v1/", StringComparison.Ordinal) && code == "invalid_key" ? "invalid_api_key" : code;
                        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, wanted)), $"{route} by {name}, {id}");
                        Assert.That(Body(answer), Is.EqualTo(first ??= Body(answer)), $"{route} by {name}, {id}");
                        tried++;
                    }
                }
            }
        }

        Assert.That(tried, Is.GreaterThan(700));
    }

    [Test]
    public async Task Who_is_let_in_somewhere_gets_a_403_wherever_the_policy_does_not_name_them_and_none_where_it_does()
    {
        var (opened, closed) = (0, 0);
        using (Assert.EnterMultipleScope())
        {
            foreach (var route in Routes())
            {
                foreach (var name in _callers.Keys.Except(_outside.Keys))
                {
                    if ((name, route.Pattern) == ("owner's browser", "/api/v1/auth/logout"))
                    {
                        // It would be let in, and then nowhere any more.
                        continue;
                    }

                    var isLetIn = LetsIn[route.Policy!].Contains(name);
                    string? first = null;
                    foreach (var id in isLetIn ? ["missing"] : IdsFor(route))
                    {
                        var answer = await Call(name, route, id);
                        if (isLetIn)
                        {
                            Assert.That(answer.Status, Is.Not.EqualTo(401).And.Not.EqualTo(403), $"{route} by {name}: {answer.Text}");
                            opened++;
                        }
                        else
                        {
                            Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "forbidden")), $"{route} by {name}, {id}");
                            Assert.That(Body(answer), Is.EqualTo(first ??= Body(answer)), $"{route} by {name}, {id}");
                            closed++;
                        }
                    }
                }
            }
        }

        Assert.That(opened, Is.GreaterThan(200));
        Assert.That(closed, Is.GreaterThan(200));
    }

    [Test]
    public async Task What_is_somebody_elses_and_what_is_not_there_are_the_same_404_whatever_the_id_looks_like()
    {
        var member = _callers["member"];
        var session = await member.OpenSession();
        var turn = (await member.Say(session, "mine")).Json;
        var signIn = (await _callers["owner's browser"].Get("/api/v1/me/sign-ins")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        var theirs = new Dictionary<string, string>
        {
            ["sessions"] = session,
            ["messages"] = turn.GetProperty("message").GetProperty("id").GetString()!,
            ["requests"] = turn.GetProperty("request").GetProperty("id").GetString()!,
            ["keys"] = (await member.Post("/api/v1/keys", new { name = "mine" })).Id,
            ["me"] = signIn,
        };
        var tried = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (var route in Routes().Where(route => route.HasId && theirs.ContainsKey(route.Kind)))
            {
                string? first = null;
                foreach (var id in new[] { theirs[route.Kind], $"{Guid.CreateVersion7()}", $"{Guid.Empty}", $"{Guid.CreateVersion7()}".ToUpperInvariant() })
                {
                    // An admin is no more than anybody else where people's own things are.
                    var answer = await _callers["admin"].Send(new(route.Method), route.Path(id), Content(route));
                    Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "not_found")), $"{route} with {id}: {answer.Text}");
                    Assert.That(Body(answer), Is.EqualTo(first ??= Body(answer)), $"{route} with {id}");
                    tried++;
                }

                foreach (var id in new[] { "none", "..%2f..%2fadmin%2fusers", "0", "%00", new string('a', 300) })
                {
                    var answer = await _callers["admin"].Send(new(route.Method), route.Path(id), Content(route));
                    Assert.That(answer.Status, Is.AnyOf(400, 404, 405), $"{route} with {id}: {answer.Text}");
                    tried++;
                }
            }
        }

        Assert.That(tried, Is.GreaterThan(100));
        Assert.That((await member.Get($"/api/v1/sessions/{session}")).Json.GetProperty("status").GetString(), Is.EqualTo("active"));
    }

    private static string[] IdsFor(Route route) => route.HasId ? Ids : ["mine"];

    private async Task<Answer> Call(string name, Route route, string id)
    {
        var path = route.Path(id switch
        {
            "mine" or "theirs" => $"{_callers["member"].UserId}",
            "nil" => $"{Guid.Empty}",
            "capital letters" => $"{Guid.CreateVersion7()}".ToUpperInvariant(),

            // What is no id at all does not even lead to the route where it must be one.
            "no id" when !route.NeedsGuid => "none",
            "a way up" when !route.NeedsGuid => "..%2f..",
            "long" when !route.NeedsGuid => new string('a', 300),
            _ => $"{Guid.CreateVersion7()}",
        });
        return await _callers[name].Send(new(route.Method), path, Content(route));
    }

    private static System.Net.Http.Json.JsonContent? Content(Route route) => route.Method is "GET" or "DELETE"
        ? null
        : System.Net.Http.Json.JsonContent.Create(route.Pattern switch
        {
            _ when route.Pattern.EndsWith("/messages", StringComparison.Ordinal)
                || route.Pattern.EndsWith("/send", StringComparison.Ordinal)
                || route.Pattern.EndsWith("/edit", StringComparison.Ordinal) => new { content = "hello" },
            _ => (object)new { },
        });

    private static string Body(Answer answer) => answer.Code == "invalid_api_key" || !answer.Json.TryGetProperty("trace_id", out var trace)
        ? answer.Text
        : answer.Text.Replace(trace.GetString()!, "", StringComparison.Ordinal);

    private Task Outside(string name, ApiClient caller, string code)
    {
        _callers[name] = caller;
        _outside[name] = code;
        return Task.CompletedTask;
    }

    private async Task<ApiClient> Revoked()
    {
        var member = await _host.Member("revoked");
        Assert.That((await member.Delete($"/api/v1/keys/{member.KeyId}")).Status, Is.EqualTo(204));
        return member;
    }

    private async Task<ApiClient> Expired()
    {
        var member = await _host.Member("expired");
        var dialect = _host.Services.GetRequiredService<Infrastructure.Storage.IDialect>();
        await dialect.WriteNow(
            [new("api_key", "UPDATE api_key SET expires_at = @then WHERE id = @id", ("@then", DateTimeOffset.UtcNow.AddDays(-1)), ("@id", member.KeyId))],
            CancellationToken.None);
        return member;
    }

    private async Task<ApiClient> Suspended()
    {
        var member = await _host.Member("suspended");
        Assert.That((await _callers["owner"].Patch($"/api/v1/admin/users/{member.UserId}", new { status = "suspended" })).Status, Is.EqualTo(200));
        return member;
    }

    private async Task<ApiClient> Forgotten()
    {
        var member = await _host.Member("forgotten");
        Assert.That((await _callers["owner"].Post($"/api/v1/admin/users/{member.UserId}/forget")).Status, Is.EqualTo(204));
        return member;
    }

    private async Task<ApiClient> SignedOut()
    {
        var browser = await _host.Owner();
        Assert.That((await browser.Post("/api/v1/auth/logout")).Status, Is.EqualTo(204));
        return browser;
    }

    private async Task<ApiClient> SuspendedBrowser()
    {
        var browser = _host.Nobody();
        var joined = await browser.Post("/api/v1/auth/register", new { email = "left@example.org", password = ApiHost.Password });
        browser.Cookie = joined.Header("Set-Cookie")!.Split(';')[0];
        Assert.That((await _callers["owner"].Patch($"/api/v1/admin/users/{joined.Id}", new { status = "suspended" })).Status, Is.EqualTo(200));
        return browser;
    }

    private Route[] Routes() =>
    [
        .. from endpoint in _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where !endpoint.Metadata.OfType<IAllowAnonymous>().Any()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Route(
               method,
               "/" + endpoint.RoutePattern.RawText!.Trim('/'),
               endpoint.Metadata.OfType<IAuthorizeData>().Select(policy => policy.Policy).Distinct().SingleOrDefault()),
    ];

    private sealed record Route(string Method, string Pattern, string? Policy)
    {
        public bool HasId => Pattern.Contains('{', StringComparison.Ordinal);

        public bool NeedsGuid => Pattern.Contains("{id:guid}", StringComparison.Ordinal);

        /// <summary>Of what the id is.</summary>
        public string Kind => Pattern.Split('/') is [_, "api", "v1", var kind, ..] ? kind : "";

        public string Path(string id) => System.Text.RegularExpressions.Regex.Replace(Pattern, @"\{[^}]*\}", id.Replace("$", "$$", StringComparison.Ordinal));

        public override string ToString() => $"{Method} {Pattern}";
    }

    private sealed class Unlimited : IRateLimiter
    {
        public ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new RateDecision(true, limits[0].Limit, limits[0].Limit.Amount, limits[0].Limit.Window));

        public ValueTask<RateDecision> Reserve(
            Reservation wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken) =>
            Take(limits, cancellationToken);

        public ValueTask Settle(Guid answer, int tokens, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<LimitUse>> Look(
            IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<LimitUse>>([]);
    }
}
