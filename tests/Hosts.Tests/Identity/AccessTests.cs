using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>
/// Every route, for everybody who must not come in. Routes are found, not listed: a new one is tested from its first day.
/// </summary>
[TestFixture]
internal sealed class AccessTests : OwnersFixture
{
    private static readonly string[] ForAnybody =
    [
        "GET /api/v1/auth/options", "GET /api/v1/auth/oidc", "GET /api/v1/auth/oidc/callback", "POST /api/v1/auth/setup", "POST /api/v1/auth/login", "POST /api/v1/auth/register", "POST /api/v1/auth/recover",
        "POST /api/v1/enrol", "GET /api/v1/link", "GET /health", "GET /ready", "GET /openapi/{documentName}.json",
    ];

    [Test]
    public void Every_route_has_a_policy_or_stands_on_the_list()
    {
        var open = Routes().Where(route => route.IsOpen).Select(route => route.ToString());
        var bare = Routes().Where(route => !route.HasPolicy && !route.IsOpen).Select(route => route.ToString());
        Assert.That(bare, Is.Empty);
        Assert.That(open, Is.EquivalentTo(ForAnybody));
    }

    [Test]
    public async Task Nobody_gets_in_anywhere()
    {
        using var nobody = Host.Nobody();
        foreach (var route in Routes().Where(route => route.HasPolicy))
        {
            var answer = await nobody.Send(new(route.Method), route.Path(Guid.CreateVersion7().ToString()), null);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "unauthenticated")), route.ToString());
        }
    }

    [Test]
    public async Task A_revoked_key_opens_nothing_from_the_next_call_on()
    {
        using var member = await Host.Member("revoked");
        Assert.That((await member.Get("/api/v1/me")).Status, Is.EqualTo(200));
        Assert.That((await member.Delete($"/api/v1/keys/{member.KeyId}")).Status, Is.EqualTo(204));
        foreach (var route in Routes().Where(route => route.HasPolicy))
        {
            var answer = await member.Send(new(route.Method), route.Path(Guid.CreateVersion7().ToString()), null);
            var code = route.Pattern.StartsWith("/v1/", StringComparison.Ordinal) ? "invalid_api_key" : "invalid_key";
            Assert.That((answer.Status, answer.Code), Is.EqualTo((401, code)), route.ToString());
        }
    }

    [Test]
    public async Task Somebody_elses_object_and_a_missing_one_are_the_same_404()
    {
        var session = await Owner.OpenSession();
        var turn = (await Owner.Say(session, "mine")).Json;
        var ids = new Dictionary<string, string>
        {
            ["sessions"] = session,
            ["messages"] = turn.GetProperty("message").GetProperty("id").GetString()!,
            ["requests"] = turn.GetProperty("request").GetProperty("id").GetString()!,
            ["keys"] = (await Owner.Post("/api/v1/keys", new { name = "mine" })).Id,
        };
        using var other = await Host.Member("other");
        var tried = 0;
        foreach (var route in Routes().Where(route => route.Pattern.Contains("{id:guid}", StringComparison.Ordinal) && !route.IsForAdmins))
        {
            var kind = route.Pattern.Split('/')[3];
            var body = route.Method is "POST" or "PATCH" ? BodyFor(route.Pattern) : null;
            var theirs = await other.Send(new(route.Method), route.Path(ids[kind]), Content(body));
            var missing = await other.Send(new(route.Method), route.Path(Guid.CreateVersion7().ToString()), Content(body));
            Assert.That((theirs.Status, theirs.Code), Is.EqualTo((404, "not_found")), $"{route}: {theirs.Text}");
            Assert.That(WithoutTrace(theirs), Is.EqualTo(WithoutTrace(missing)), route.ToString());
            tried++;
        }

        Assert.That(tried, Is.GreaterThanOrEqualTo(15));
        Assert.That((await Owner.Get($"/api/v1/sessions/{session}")).Json.GetProperty("status").GetString(), Is.EqualTo("active"));
    }

    [Test]
    public async Task A_key_opens_what_its_scopes_name_and_nothing_else()
    {
        using var chat = await Host.Member("chatter", Role.Admin, "chat");
        using var keys = await Host.Member("keeper", Role.Admin, "keys");
        using var admin = await Host.Member("watcher", Role.Admin, "admin");
        Assert.That((await chat.Get("/api/v1/sessions")).Status, Is.EqualTo(200));
        Assert.That((await chat.Get("/api/v1/keys")).Status, Is.EqualTo(403));
        Assert.That((await chat.Get("/metrics")).Status, Is.EqualTo(403));
        Assert.That((await keys.Get("/api/v1/sessions")).Status, Is.EqualTo(403));
        Assert.That((await keys.Get("/v1/models")).Status, Is.EqualTo(403));
        Assert.That((await chat.Get("/v1/models")).Status, Is.EqualTo(200));
        Assert.That((await keys.Get("/api/v1/keys")).Status, Is.EqualTo(200));
        Assert.That((await admin.Get("/health/deep")).Status, Is.EqualTo(200));
        Assert.That((await admin.Get("/api/v1/sessions")).Code, Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task Who_is_no_admin_or_has_no_admins_key_gets_into_no_admins_route()
    {
        using var guest = await Host.Member("guest", Role.Guest);
        using var member = await Host.Member("member");
        using var chat = await Host.Member("admin for chat", Role.Admin, "chat");
        var routes = Routes().Where(route => route.IsForAdmins).ToArray();
        Assert.That(routes, Has.Length.GreaterThanOrEqualTo(12));
        foreach (var route in routes)
        {
            foreach (var caller in new[] { guest, member, chat })
            {
                var answer = await caller.Send(new(route.Method), route.Path(Owner.UserId.ToString()), Content(route.Method is "GET" or "DELETE" ? null : new { }));
                Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "forbidden")), route.ToString());
            }
        }
    }

    [TestCase("/metrics")]
    [TestCase("/health/deep")]
    [TestCase("/api/v1/admin/workers")]
    [TestCase("/api/v1/admin/users")]
    [TestCase("/api/v1/admin/invitations")]
    [TestCase("/api/v1/admin/audit")]
    [TestCase("/api/v1/admin/providers")]
    [TestCase("/api/v1/admin/groups")]
    [TestCase("/api/v1/admin/limits")]
    [TestCase("/api/v1/admin/settings")]
    [TestCase("/api/v1/places")]
    public async Task The_owner_gets_in(string path) => Assert.That((await Owner.Get(path)).Status, Is.EqualTo(200));

    [Test]
    public async Task A_wrong_header_is_not_made_up_for_by_a_cookie()
    {
        using var both = new ApiClient(Host.Address) { Cookie = Owner.Cookie, Key = "ml_wrong" };
        Assert.That((await both.Get("/api/v1/me")).Code, Is.EqualTo("invalid_key"));
    }

    [TestCase("")]
    [TestCase("Bearer")]
    [TestCase("Bearer ml_")]
    [TestCase("Basic b3duZXI6cGFzc3dvcmQ=")]
    [TestCase("Bearer not_a_key")]
    public async Task A_bad_authorization_header_is_a_bad_key(string header)
    {
        using var nobody = Host.Nobody();
        var answer = await nobody.Get("/api/v1/me", ("Authorization", header));
        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That(answer.Header("WWW-Authenticate"), Is.EqualTo("Bearer"));
    }

    private static object BodyFor(string pattern) => pattern switch
    {
        _ when pattern.EndsWith("/messages", StringComparison.Ordinal) => new { content = "hello" },
        _ when pattern.EndsWith("/send", StringComparison.Ordinal) => new { content = "hello" },
        _ when pattern.EndsWith("/edit", StringComparison.Ordinal) => new { content = "hello" },
        _ => new { },
    };

    private static System.Net.Http.Json.JsonContent? Content(object? body) => body is null
        ? null
        : System.Net.Http.Json.JsonContent.Create(body);

    private static string WithoutTrace(Answer answer) =>
        answer.Text.Replace(answer.Json.GetProperty("trace_id").GetString()!, "", StringComparison.Ordinal);

    private IReadOnlyList<Route> Routes() =>
    [
        .. from endpoint in Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Route(
               method,
               "/" + endpoint.RoutePattern.RawText!.Trim('/'),
               endpoint.Metadata.OfType<IAuthorizeData>().Any(),
               endpoint.Metadata.OfType<IAllowAnonymous>().Any()),
    ];

    private sealed record Route(string Method, string Pattern, bool HasPolicy, bool IsOpen)
    {
        public bool IsForAdmins => Pattern.Contains("/admin/", StringComparison.Ordinal) || Pattern.StartsWith("/api/v1/places", StringComparison.Ordinal) || Pattern is "/metrics" or "/health/deep";

        public string Path(string id) => Pattern
            .Replace("{id:guid}", id, StringComparison.Ordinal).Replace("{user:guid}", id, StringComparison.Ordinal)
            .Replace("{id}", id, StringComparison.Ordinal);

        public override string ToString() => $"{Method} {Pattern}";
    }
}
