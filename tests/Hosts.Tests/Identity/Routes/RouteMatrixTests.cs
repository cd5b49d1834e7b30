using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity.Routes;

/// <summary>
/// Every route, for every kind of caller, with every kind of id. Routes are found and not listed; a policy that the table does not know, or none
/// at all, is a failure.
/// </summary>
[TestFixture]
internal sealed class RouteMatrixTests : RoutesFixture
{
    private readonly Dictionary<string, string> _outside = [];

    private static string[] Ids => ["mine", "theirs", "missing", "nil", "capital letters", "no id", "a way up", "long"];

    protected override async Task Prepare()
    {
        await Outside("nobody", Host.Nobody(), "unauthenticated");
        await Outside("a key that never was", new(Host.Address) { Key = "ml_wrong" }, "invalid_key");
        await Outside("a revoked key", await Revoked(), "invalid_key");
        await Outside("an expired key", await Expired(), "invalid_key");
        await Outside("a suspended user's key", await Suspended(), "invalid_key");
        await Outside("a forgotten user's key", await Forgotten(), "invalid_key");
        await Outside("an ended sign-in", await SignedOut(), "unauthenticated");
        await Outside("a suspended user's sign-in", await SuspendedBrowser(), "unauthenticated");
        await Outside("a cookie that never was", new(Host.Address) { Cookie = "meatlizard=wrong" }, "unauthenticated");
        await Outside("a token of nobody's", new(Host.Address) { Key = "e30.e30.e30" }, "invalid_key");
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
                foreach (var name in Callers.Keys.Except(_outside.Keys))
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
        var member = Callers["member"];
        var session = await member.OpenSession();
        var turn = (await member.Say(session, "mine")).Json;
        var signIn = (await Callers["owner's browser"].Get("/api/v1/me/sign-ins")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
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
                    var answer = await Callers["admin"].Send(new(route.Method), route.Path(id), Content(route));
                    Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "not_found")), $"{route} with {id}: {answer.Text}");
                    Assert.That(Body(answer), Is.EqualTo(first ??= Body(answer)), $"{route} with {id}");
                    tried++;
                }

                foreach (var id in new[] { "none", "..%2f..%2fadmin%2fusers", "0", "%00", new string('a', 300) })
                {
                    var answer = await Callers["admin"].Send(new(route.Method), route.Path(id), Content(route));
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
            "mine" or "theirs" => $"{Callers["member"].UserId}",
            "nil" => $"{Guid.Empty}",
            "capital letters" => $"{Guid.CreateVersion7()}".ToUpperInvariant(),

            // What is no id at all does not even lead to the route where it must be one.
            "no id" when !route.NeedsGuid => "none",
            "a way up" when !route.NeedsGuid => "..%2f..",
            "long" when !route.NeedsGuid => new string('a', 300),
            _ => $"{Guid.CreateVersion7()}",
        });
        var answer = await Callers[name].Send(new(route.Method), path, Content(route));
        Assert.That(answer.Status, Is.LessThan(500), $"{route} by {name}, {id}: {answer.Text}");
        return answer;
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

    private Task Outside(string name, ApiClient caller, string code)
    {
        Callers[name] = caller;
        _outside[name] = code;
        return Task.CompletedTask;
    }

    private async Task<ApiClient> Revoked()
    {
        var member = await Host.Member("revoked");
        Assert.That((await member.Delete($"/api/v1/keys/{member.KeyId}")).Status, Is.EqualTo(204));
        return member;
    }

    private async Task<ApiClient> Expired()
    {
        var member = await Host.Member("expired");
        var dialect = Host.Services.GetRequiredService<Infrastructure.Storage.IDialect>();
        await dialect.WriteNow(
            [new("api_key", "UPDATE api_key SET expires_at = @then WHERE id = @id", ("@then", DateTimeOffset.UtcNow.AddDays(-1)), ("@id", member.KeyId))],
            CancellationToken.None);
        return member;
    }

    private async Task<ApiClient> Suspended()
    {
        var member = await Host.Member("suspended");
        Assert.That((await Callers["owner"].Patch($"/api/v1/admin/users/{member.UserId}", new { status = "suspended" })).Status, Is.EqualTo(200));
        return member;
    }

    private async Task<ApiClient> Forgotten()
    {
        var member = await Host.Member("forgotten");
        Assert.That((await Callers["owner"].Post($"/api/v1/admin/users/{member.UserId}/forget")).Status, Is.EqualTo(204));
        return member;
    }

    private async Task<ApiClient> SignedOut()
    {
        var browser = await Host.Owner();
        Assert.That((await browser.Post("/api/v1/auth/logout")).Status, Is.EqualTo(204));
        return browser;
    }

    private async Task<ApiClient> SuspendedBrowser()
    {
        var browser = Host.Nobody();
        var joined = await browser.Post("/api/v1/auth/register", new { email = "left@example.org", password = ApiHost.Password });
        browser.Cookie = joined.Header("Set-Cookie")!.Split(';')[0];
        Assert.That((await Callers["owner"].Patch($"/api/v1/admin/users/{joined.Id}", new { status = "suspended" })).Status, Is.EqualTo(200));
        return browser;
    }

    private Route[] Routes() => Route.Of(Host);
}
