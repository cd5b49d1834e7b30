using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity.Routes;

/// <summary>
/// Every route with ids of things that are there: whoever may gets what docs/api.md promises, and nobody else learns that there is such a thing. The
/// ids of others are called first, so that the answer to whom the thing belongs also says that nothing has happened to it.
/// </summary>
[TestFixture]
internal sealed class RouteIdTests : RoutesFixture
{
    private const string Owned = "session question reply request open-request response open-response key sign-in model";

    private int _made;

    private static Row[] Rows =>
    [
        new("GET /api/v1/sessions/{id:guid}", "session", 200),
        new("PATCH /api/v1/sessions/{id:guid}", "session", 200, """{"title":"Lizards"}"""),
        new("DELETE /api/v1/sessions/{id:guid}", "session", 204),
        new("POST /api/v1/sessions/{id:guid}/close", "session", 200, "{}"),
        new("GET /api/v1/sessions/{id:guid}/why", "session", 200),
        new("GET /api/v1/sessions/{id:guid}/messages", "session", 200),
        new("POST /api/v1/sessions/{id:guid}/messages", "session", 202, """{"content":"hello"}"""),
        new("POST /api/v1/sessions/{id:guid}/send", "session", 202, """{"content":"hello"}"""),
        new("GET /api/v1/messages/{id:guid}", "question", 200),
        new("POST /api/v1/messages/{id:guid}/edit", "question", 202, """{"content":"hello"}"""),
        new("POST /api/v1/messages/{id:guid}/regenerate", "reply", 202, "{}"),
        new("POST /api/v1/messages/{id:guid}/continue", "reply", 202, "{}"),
        new("GET /api/v1/requests/{id:guid}", "request", 200),
        new("GET /api/v1/requests/{id:guid}/events", "request", 200),
        new("POST /api/v1/requests/{id:guid}/cancel", "open-request", 200, "{}"),
        new("GET /v1/responses/{id}", "response", 200),
        new("DELETE /v1/responses/{id}", "response", 200),
        new("GET /v1/responses/{id}/input_items", "response", 200),
        new("POST /v1/responses/{id}/cancel", "open-response", 200, "{}"),
        new("GET /v1/models/{**id}", "model", 200),
        new("POST /api/v1/keys/{id:guid}/rotate", "key", 201, "{}"),
        new("DELETE /api/v1/keys/{id:guid}", "key", 204),
        new("DELETE /api/v1/me/sign-ins/{id}", "sign-in", 204),
        new("PATCH /api/v1/places/{id:guid}", "place", 200, """{"model":null}"""),
        new("PATCH /api/v1/admin/users/{id:guid}", "user", 200, """{"status":"suspended"}"""),
        new("POST /api/v1/admin/users/{id:guid}/forget", "user", 204, "{}"),
        new("POST /api/v1/admin/users/{id:guid}/recovery", "account", 201, "{}"),
        new("DELETE /api/v1/admin/invitations/{id:guid}", "invitation", 204),
        new("PATCH /api/v1/admin/groups/{id:guid}", "group", 200, """{"name":"another name {n}"}"""),
        new("DELETE /api/v1/admin/groups/{id:guid}", "group", 204),
        new("GET /api/v1/admin/groups/{id:guid}/members", "group", 200),
        new("PUT /api/v1/admin/groups/{id:guid}/members/{user:guid}", "group user", 204, "{}"),
        new("DELETE /api/v1/admin/groups/{id:guid}/members/{user:guid}", "group user", 204),
        new("DELETE /api/v1/admin/limits/{id}", "limit", 204),
        new("DELETE /api/v1/admin/workers/{id}", "worker", 204),
        new("POST /api/v1/admin/workers/{id}/drain", "worker", 204, "{}"),
        new("POST /api/v1/admin/workers/{id}/rotate", "worker", 202, "{}"),
        new("PUT /api/v1/admin/workers/{id}/bot", "worker", 204, """{"bot_id":"1000000000000{n}"}"""),
        new("GET /api/v1/admin/providers/{id}", "provider", 200),
        new("DELETE /api/v1/admin/providers/{id}", "provider", 204),

        // What is not there is made.
        new("PUT /api/v1/admin/providers/{id}", "provider", 200, """{"models":["elsewhere"],"base_url":"http://127.0.0.1:1/v1"}""", 200),
    ];

    private static Row[] WithoutIds =>
    [
        new("POST /api/v1/sessions", "", 201, "{}"),
        new("POST /api/v1/keys", "", 201, """{"name":"mine","scopes":["keys"]}"""),
        new("PATCH /api/v1/me/settings", "", 200, """{"system_prompt":null}"""),
        new("POST /v1/chat/completions", "", 200, """{"model":"echo","messages":[{"role":"user","content":"hello"}]}"""),
        new("POST /v1/responses", "", 200, """{"model":"echo","input":"hello"}"""),
        new("PATCH /api/v1/admin/settings", "", 200, """{"model":null}"""),
        new("PUT /api/v1/admin/limits", "", 200, """{"scope":"user","window":"day","amount":1000000}"""),
        new("POST /api/v1/admin/groups", "", 201, """{"name":"group {n}"}"""),
        new("POST /api/v1/admin/invitations", "", 201, "{}"),
        new("POST /api/v1/admin/workers", "", 201, """{"name":"invited-{n}"}"""),

        // A plain call is no WebSocket.
        new("GET /api/v1/ws", "", 400),
    ];

    /// <summary>
    /// Three end what all these callers call with: SignInTests, PeopleTests and ForgettingTests call them. Embeddings need a real llama-server, as
    /// OpenAiClientTests has it.
    /// </summary>
    private static string[] Elsewhere => ["POST /api/v1/auth/logout", "POST /api/v1/me/password", "POST /api/v1/me/forget", "POST /v1/embeddings"];

    protected override async Task Prepare()
    {
        // What begins with "hold" is never answered here: it is open until somebody stops it.
        Host.Engine.Hold();
        Callers["somebody else"] = await Host.Member("somebody else");
        Callers["another admin"] = await Host.Member("another admin", Role.Admin);
        var confined = await Callers["owner"].Post("/api/v1/keys", new { name = "other models", models = new[] { "other" } });
        Callers["for other models"] = new(Host.Address) { Key = confined.Json.GetProperty("key").GetString() };
    }

    [Test]
    public void Every_route_stands_here()
    {
        var known = Rows.Concat(WithoutIds).Select(row => row.Route).Concat(Elsewhere).ToArray();
        var found = Route.Of(Host).Where(route => route.HasId || route.Method != "GET").Select(route => $"{route}").Append("GET /api/v1/ws");
        Assert.That(known, Is.EquivalentTo(found));
    }

    [TestCaseSource(nameof(Rows))]
    public async Task Who_may_gets_what_is_promised_and_to_others_it_is_as_if_it_were_not_there(Row row)
    {
        var route = Route.Of(Host).Single(route => $"{route}" == row.Route);
        foreach (var name in LetsIn[route.Policy!])
        {
            var ids = await Make(row.Thing, name);
            var missing = Array.ConvertAll(ids, Missing);
            foreach (var other in Others(row))
            {
                var (theirs, none) = (await Call(other, route, row, ids), await Call(other, route, row, missing));
                var wanted = Owned.Contains(row.Thing, StringComparison.Ordinal) ? 404 : 403;
                Assert.That((theirs.Status, none.Status), Is.EqualTo((wanted, wanted)), $"{other}: {theirs.Text} {none.Text}");
                Assert.That(Body(theirs), Is.EqualTo(Body(none)), other);
            }

            var nowhere = await Call(name, route, row, missing);
            Assert.That(nowhere.Status, Is.EqualTo(row.WhenMissing), $"{name}: {nowhere.Text}");
            var answer = await Call(name, route, row, ids);
            Assert.That(answer.Status, Is.EqualTo(row.Status), $"{name}: {answer.Text}");
        }
    }

    [TestCaseSource(nameof(WithoutIds))]
    public async Task Who_may_gets_what_is_promised(Row row)
    {
        var route = Route.Of(Host).Single(route => $"{route}" == row.Route);
        foreach (var name in LetsIn[route.Policy!])
        {
            var answer = await Call(name, route, row, []);
            Assert.That(answer.Status, Is.EqualTo(row.Status), $"{name}: {answer.Text}");
        }
    }

    [Test]
    public async Task Every_list_and_every_page_of_ones_own_is_there_for_whoever_may()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var route in Route.Of(Host).Where(route => !route.HasId && route is { Method: "GET", Pattern: not "/api/v1/ws" }))
            {
                foreach (var name in LetsIn[route.Policy!])
                {
                    var answer = await Callers[name].Get(route.Pattern);
                    Assert.That(answer.Status, Is.EqualTo(200), $"{route} by {name}: {answer.Text}");
                }
            }
        }
    }

    private static string[] Others(Row row) =>
        row.Thing == "model" ? ["for other models"]
        : Owned.Contains(row.Thing, StringComparison.Ordinal) ? ["somebody else", "another admin"]
        : ["somebody else"];

    private async Task<Answer> Call(string name, Route route, Row row, string[] ids)
    {
        var body = row.Body?.Replace("{n}", $"{++_made:D5}", StringComparison.Ordinal);
        var content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await Callers[name].Send(new(route.Method), ids.Length == 0 ? route.Pattern : route.Path(ids), content);
    }

    /// <summary>An id of the same form.</summary>
    private static string Missing(string id) =>
        Guid.TryParse(id, out _) ? $"{Guid.CreateVersion7()}"
        : id.StartsWith("resp_", StringComparison.Ordinal) ? $"resp_{Guid.CreateVersion7():N}"
        : id.Length > 60 ? Limit($"{Guid.CreateVersion7()}")
        : $"{Guid.CreateVersion7():N}";

    private static string Limit(string user) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"user\n{user}\nRequests\n{TimeSpan.FromDays(1).Ticks}")));

    /// <summary>New ones, of this caller where they are somebody's.</summary>
    private async Task<string[]> Make(string things, string name)
    {
        List<string> ids = [];
        foreach (var thing in things.Split(' '))
        {
            ids.Add(await MakeOne(thing, name));
        }

        return [.. ids];
    }

    private async Task<string> MakeOne(string thing, string name)
    {
        var (caller, owner, n) = (Callers[name], Callers["owner"], ++_made);
        switch (thing)
        {
            case "session":
                return await caller.OpenSession();
            case "question" or "reply" or "request":
                var turn = (await caller.Say(await caller.OpenSession(), "hello there")).Json;
                return turn.GetProperty(thing == "question" ? "message" : thing).GetProperty("id").GetString()!;
            case "open-request":
                return (await Made(caller.Post($"/api/v1/sessions/{await caller.OpenSession()}/messages", new { content = "hold on" })))
                    .GetProperty("request").GetProperty("id").GetString()!;
            case "response":
                return Id(await Made(caller.Post("/v1/responses", new { model = "echo", input = "hello", store = true })));
            case "open-response":
                return Id(await Made(caller.Post("/v1/responses", new { model = "echo", input = "hold on", background = true })));
            case "model":
                return "echo";
            case "key":
                return Id(await Made(caller.Post("/api/v1/keys", new { name = "another", scopes = new[] { "keys" } })));
            case "sign-in":
                return await SignIn(name.StartsWith("owner", StringComparison.Ordinal) ? owner.UserId : caller.UserId);
            case "place":
                return Id((await Made(owner.Get("/api/v1/places"))).GetProperty("items")[0]);
            case "user":
                using (var user = await Host.Member($"user {n}"))
                {
                    return $"{user.UserId}";
                }

            case "account":
                using (var nobody = Host.Nobody())
                {
                    return Id(await Made(nobody.Post("/api/v1/auth/register", new { email = $"user{n}@example.org", password = ApiHost.Password })));
                }

            case "invitation":
                return Id(await Made(owner.Post("/api/v1/admin/invitations", new { })));
            case "group":
                return Id(await Made(owner.Post("/api/v1/admin/groups", new { name = $"made {n}" })));
            case "limit":
                var limit = new { scope = "user", scope_id = $"{Callers["member"].UserId}", window = "day", amount = 1_000_000 };
                return Id(await Made(owner.Put("/api/v1/admin/limits", limit)));
            case "provider":
                return Id(await Made(owner.Put($"/api/v1/admin/providers/p{n}", new { models = new[] { "elsewhere" }, base_url = "http://127.0.0.1:1/v1" })));
            default:
                return await Worker($"worker-{n}");
        }
    }

    private async Task<string> SignIn(UserId user)
    {
        await using var scope = Host.Services.CreateAsyncScope();
        var now = DateTimeOffset.UtcNow;
        var signIn = new SignIn(SecretToken.Hash($"{Guid.CreateVersion7()}"), user, now, now.AddDays(1));
        scope.ServiceProvider.GetRequiredService<ISignInStore>().Add(signIn);
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        return signIn.Id;
    }

    /// <summary>One that is enrolled and, as far as the database knows, online.</summary>
    private async Task<string> Worker(string id)
    {
        var invited = await Made(Callers["owner"].Post("/api/v1/admin/workers", new { name = id }));
        await Made(Callers["owner"].Post("/api/v1/enrol", new { code = invited.GetProperty("code").GetString() }));
        await using var scope = Host.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IWorkerStore>().Save(Domain.Relay.Worker.Join(new()
        {
            Id = new(id),
            Status = WorkerStatus.Online,
            Host = "here",
            Carrier = "link",
            Epoch = "00",
            Slots = 1,
            SeenAt = DateTimeOffset.UtcNow,
        }));
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        return id;
    }

    private static async Task<JsonElement> Made(Task<Answer> call)
    {
        var answer = await call;
        Assert.That(answer.Status, Is.InRange(200, 202), answer.Text);
        return answer.Json;
    }

    private static string Id(JsonElement thing) => thing.GetProperty("id").GetString()!;

    /// <param name="Thing">Of what the ids are.</param>
    /// <param name="WhenMissing">What whoever may is answered when there is no such thing.</param>
    internal sealed record Row(string Route, string Thing, int Status, string? Body = null, int WhenMissing = 404)
    {
        public override string ToString() => Route;
    }
}
