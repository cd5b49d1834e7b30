using System.Globalization;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity.Departure;

/// <summary>
/// Words that nobody else says, and a user who leaves one wherever a text can be left: names, addresses, titles, prompts, messages, keys of
/// calls, headers, what was typed into the wrong field.
/// </summary>
internal sealed class Canaries
{
    /// <summary>With which every one begins.</summary>
    public const string Mark = "zqkanari";

    private readonly List<string> _said = [];

    public IReadOnlyList<string> Said => _said;

    public string Email { get; private set; } = "";

    public string Next()
    {
        _said.Add(string.Create(CultureInfo.InvariantCulture, $"{Mark}{_said.Count:D3}x"));
        return _said[^1];
    }

    /// <summary>Comes by an invitation, and signs in.</summary>
    public async Task<ApiClient> Join(ApiHost host, ApiClient owner)
    {
        var invited = await owner.Post("/api/v1/admin/invitations", new { role = "member", note = Next() });
        Email = $"{Next()}@{Next()}.example";
        var client = host.Nobody();
        var joined = await client.Post(
            "/api/v1/auth/register",
            new { email = Email, password = ApiHost.Password, name = $"{Next()} {Next()}", invitation = invited.Json.GetProperty("link").GetString()!.Split("#invite=")[1] },
            ("User-Agent", $"{Next()}/1.0"));
        Assert.That(joined.Status, Is.EqualTo(201), joined.Text);
        client.Cookie = joined.Header("Set-Cookie")!.Split(';')[0];
        return client;
    }

    /// <summary>Everything but the messages.</summary>
    /// <returns>A key of the user's.</returns>
    public async Task<ApiClient> UseEverything(ApiHost host, ApiClient me)
    {
        using var nobody = host.Nobody();
        var again = await nobody.Post("/api/v1/auth/login", new { email = Email, password = ApiHost.Password }, ("User-Agent", Next()));
        Assert.That(again.Status, Is.EqualTo(200), again.Text);
        Assert.That((await nobody.Post("/api/v1/auth/login", new { email = $"{Next()}@example.org", password = Next() })).Status, Is.EqualTo(401));
        Assert.That((await me.Post("/api/v1/me/password", new { current = Next() + "yz", password = Next() + "yz" })).Status, Is.EqualTo(400));
        var made = await me.Post("/api/v1/keys", new { name = Next() }, ("Idempotency-Key", Next()));
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That((await me.Post("/api/v1/keys", new { name = Next(), scopes = new[] { "keys" } })).Status, Is.EqualTo(201));
        var spare = await me.Post("/api/v1/keys", new { name = Next(), scopes = new[] { "chat" }, models = new[] { Next() } });
        Assert.That((await me.Delete($"/api/v1/keys/{spare.Id}")).Status, Is.EqualTo(204));
        Assert.That((await me.Get($"/api/v1/sessions?{Next()}={Next()}", ("X-Request-Id", Next()))).Status, Is.EqualTo(400));
        Assert.That((await me.Get($"/api/v1/{Next()}/{Next()}")).Status, Is.EqualTo(404));
        Assert.That((await me.Post("/api/v1/sessions", new { title = Next(), nonsense = Next() })).Status, Is.EqualTo(400));

        var unused = await me.Post(
            "/api/v1/sessions", new { title = Next(), system_prompt = Next(), persona = Next(), model = Next() }, ("Idempotency-Key", Next()));
        Assert.That(unused.Status, Is.EqualTo(201), unused.Text);
        Assert.That((await me.Patch($"/api/v1/sessions/{unused.Id}", new { title = Next(), persona = Next() })).Status, Is.EqualTo(200));
        var closed = await me.Post("/api/v1/sessions", new { title = Next() });
        Assert.That((await me.Post($"/api/v1/sessions/{closed.Id}/close")).Status, Is.EqualTo(200));
        var deleted = await me.Post("/api/v1/sessions", new { title = Next() });
        Assert.That((await me.Say(deleted.Id, $"hello {Next()}")).Status, Is.EqualTo(200));
        Assert.That((await me.Delete($"/api/v1/sessions/{deleted.Id}")).Status, Is.EqualTo(204));
        Assert.That((await me.Patch("/api/v1/me/settings", new { model = Next(), system_prompt = $"Be {Next()}." })).Status, Is.EqualTo(200));
        return new(host.Address) { Key = made.Json.GetProperty("key").GetString() };
    }

    /// <summary>In a group, with a limit of their own and one of a key of theirs.</summary>
    public static async Task BeCounted(ApiClient owner, ApiClient me)
    {
        var user = (await me.Get("/api/v1/me")).Id;
        var group = await owner.Post("/api/v1/admin/groups", new { name = "Class 4b" });
        Assert.That(group.Status, Is.EqualTo(201), group.Text);
        Assert.That((await owner.Put($"/api/v1/admin/groups/{group.Id}/members/{user}", new { })).Status, Is.EqualTo(204));
        var key = (await me.Get("/api/v1/keys")).Json.GetProperty("items")[0].GetProperty("id").GetString();
        foreach (var (scope, id) in new[] { ("user", user), ("key", key) })
        {
            var limit = await owner.Put("/api/v1/admin/limits", new { scope, scope_id = id, window = "day", amount = 7777 });
            Assert.That(limit.Status, Is.EqualTo(200), limit.Text);
        }
    }

    /// <summary>A conversation with branches, and questions without one, until so many words are said.</summary>
    /// <param name="most">In all; the last message has what is still missing.</param>
    public async Task Talk(ApiClient me, ApiClient program, int most)
    {
        var session = await me.OpenSession(new { system_prompt = $"Be {Next()}.", title = Next() });
        var first = await me.Post(
            $"/api/v1/sessions/{session}/messages",
            new { content = $"tell {Next()}", client_message_id = Next() },
            ("Prefer", "wait=30"));
        Assert.That(first.Status, Is.EqualTo(200), first.Text);
        var question = first.Json.GetProperty("message").GetProperty("id").GetString();
        Assert.That(
            (await me.Post($"/api/v1/messages/{question}/edit", new { content = $"rather {Next()}" }, ("Prefer", "wait=30"), ("Idempotency-Key", Next()))).Status,
            Is.EqualTo(200));
        Assert.That(
            (await me.Post($"/api/v1/messages/{question}/regenerate", new { }, ("Prefer", "wait=30"), ("Idempotency-Key", Next()))).Status,
            Is.EqualTo(200));
        var cut = await me.Say(session, $"cut {Next()} {Next()}");
        var answer = cut.Json.GetProperty("reply").GetProperty("id").GetString();
        Assert.That((await me.Post($"/api/v1/messages/{answer}/continue", new { }, ("Prefer", "wait=30"))).Status, Is.EqualTo(200));
        await me.Say(session, $"think {Next()}");
        var asked = await program.Post("/v1/chat/completions", new
        {
            model = "echo",
            user = Next(),
            metadata = new Dictionary<string, string> { ["note"] = Next() },
            prompt_cache_key = Next(),
            messages = new[] { new { role = "system", content = Next() }, new { role = "user", content = $"what is {Next()}" } },
        });
        Assert.That(asked.Status, Is.EqualTo(200), asked.Text);
        var known = new { model = "echo", temperature = 0, messages = new[] { new { role = "user", content = $"keep {Next()}" } } };
        foreach (var told in new[] { "miss", "hit" })
        {
            var kept = await program.Post("/v1/chat/completions", known);
            Assert.That((kept.Status, kept.Header("X-MeatLizard-Cache")), Is.EqualTo((200, told)), kept.Text);
        }

        var response = await program.Post("/v1/responses", new { model = "echo", input = $"and {Next()}", store = false });
        Assert.That(response.Status, Is.EqualTo(200), response.Text);
        var stored = await program.Post(
            "/v1/responses",
            new
            {
                model = "echo",
                instructions = $"Be {Next()}.",
                input = $"keep {Next()}",
                store = true,
                user = Next(),
                metadata = new Dictionary<string, string> { [Next()] = Next() },
                tools = new[] { new { type = "function", name = Next(), description = Next(), parameters = new { type = "object" } } },
                prompt_cache_key = Next(),
            },
            ("Idempotency-Key", Next()));
        Assert.That(stored.Status, Is.EqualTo(200), stored.Text);
        var later = await program.Post("/v1/responses", new { model = "echo", input = $"more {Next()}", background = true, previous_response_id = stored.Id });
        Assert.That(later.Status, Is.EqualTo(200), later.Text);
        while (_said.Count < most)
        {
            var words = Enumerable.Range(0, Math.Min(40, most - _said.Count)).Select(_ => Next()).ToArray();
            await me.Say(session, $"say {string.Join(' ', words)}");
        }
    }
}
