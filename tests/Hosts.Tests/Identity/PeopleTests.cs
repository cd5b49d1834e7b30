using System.Text.Json;
using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>Who may come in, who is here, and what people do with their own account.</summary>
[TestFixture]
internal sealed class PeopleTests
{
    private const string NewPassword = "another horse battery";

    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start("--Identity:SignUp=Invite");
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task An_invitation_makes_one_account_with_its_role()
    {
        var made = await _owner.Post("/api/v1/admin/invitations", new { role = "guest", note = "Ben" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        var token = Token(made, "invite");
        using var nobody = _host.Nobody();
        var joined = await Register(nobody, "ben@example.org", token);
        Assert.That(joined.Status, Is.EqualTo(201), joined.Text);
        Assert.That(joined.Json.GetProperty("role").GetString(), Is.EqualTo("guest"));

        var again = await Register(nobody, "carl@example.org", token);
        Assert.That((again.Status, again.Code), Is.EqualTo((403, "invitation_invalid")));
        var listed = (await _owner.Get("/api/v1/admin/invitations")).Json.GetProperty("items").EnumerateArray().First(item => item.GetProperty("id").GetString() == made.Id);
        Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("used"));
        Assert.That(listed.GetProperty("used_by").GetString(), Is.EqualTo(joined.Id));
        Assert.That(listed.TryGetProperty("link", out _), Is.False, "The link is shown once.");
    }

    [Test]
    public async Task Of_two_who_use_an_invitation_at_once_one_gets_in()
    {
        for (var round = 0; round < 3; round++)
        {
            var token = Token(await _owner.Post("/api/v1/admin/invitations", new { }), "invite");
            using var nobody = _host.Nobody();
            var both = await Task.WhenAll(
                Register(nobody, $"one{round}@example.org", token), Register(nobody, $"two{round}@example.org", token));
            Assert.That(both.Select(answer => answer.Status), Is.EquivalentTo(new[] { 201, 403 }));
        }
    }

    [Test]
    public async Task Without_an_invitation_or_with_a_wrong_or_revoked_one_nobody_gets_in()
    {
        using var nobody = _host.Nobody();
        var made = await _owner.Post("/api/v1/admin/invitations", new { });
        Assert.That((await _owner.Delete($"/api/v1/admin/invitations/{made.Id}")).Status, Is.EqualTo(204));
        Assert.That((await Register(nobody, "d@example.org", null)).Code, Is.EqualTo("invitation_needed"));
        Assert.That((await Register(nobody, "d@example.org", "guessed")).Code, Is.EqualTo("invitation_invalid"));
        Assert.That((await Register(nobody, "d@example.org", Token(made, "invite"))).Code, Is.EqualTo("invitation_invalid"));
    }

    [Test]
    public async Task An_account_that_is_there_already_does_not_use_the_invitation_up()
    {
        var token = Token(await _owner.Post("/api/v1/admin/invitations", new { }), "invite");
        using var nobody = _host.Nobody();
        Assert.That((await Register(nobody, ApiHost.OwnerEmail, token)).Code, Is.EqualTo("email_taken"));
        Assert.That((await Register(nobody, "fresh@example.org", token)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Where_sign_up_is_closed_an_admin_is_told_how_to_invite()
    {
        await using var closed = await ApiHost.Start();
        using var owner = await closed.Owner();
        var answer = await owner.Post("/api/v1/admin/invitations", new { });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "signup_closed")));
        Assert.That(answer.Text, Does.Contain("Identity:SignUp"));
    }

    [TestCase("owner", "role")]
    [TestCase("king", "role")]
    public async Task A_role_that_nobody_is_invited_to_is_refused_by_name(string role, string field)
    {
        var answer = await _owner.Post("/api/v1/admin/invitations", new { role });
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Fields, Does.Contain(field));
    }

    [Test]
    public async Task An_admin_makes_no_admins_and_changes_none()
    {
        using var admin = await _host.Member("an admin", Role.Admin);
        using var other = await _host.Member("another admin", Role.Admin);
        Assert.That((await admin.Post("/api/v1/admin/invitations", new { role = "admin" })).Status, Is.EqualTo(403));
        foreach (var id in new[] { $"{other.UserId}", await OwnerId() })
        {
            Assert.That((await admin.Patch($"/api/v1/admin/users/{id}", new { role = "member" })).Status, Is.EqualTo(403));
            Assert.That((await admin.Patch($"/api/v1/admin/users/{id}", new { status = "suspended" })).Status, Is.EqualTo(403));
            Assert.That((await admin.Post($"/api/v1/admin/users/{id}/recovery")).Status, Is.EqualTo(403));
        }

        using var member = await _host.Member("a member");
        Assert.That((await admin.Patch($"/api/v1/admin/users/{member.UserId}", new { role = "admin" })).Status, Is.EqualTo(403));
        Assert.That((await admin.Patch($"/api/v1/admin/users/{admin.UserId}", new { role = "guest" })).Code, Is.EqualTo("not_yourself"));
        Assert.That((await _owner.Patch($"/api/v1/admin/users/{other.UserId}", new { role = "member" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_is_suspended_is_out_at_once_and_back_when_let_in_again()
    {
        using var member = await _host.Member("short stay");
        Assert.That((await member.Get("/api/v1/me")).Status, Is.EqualTo(200));
        var gone = await _owner.Patch($"/api/v1/admin/users/{member.UserId}", new { status = "suspended" });
        Assert.That(gone.Json.GetProperty("status").GetString(), Is.EqualTo("suspended"), gone.Text);
        Assert.That((await member.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await _owner.Patch($"/api/v1/admin/users/{member.UserId}", new { status = "active" })).Status, Is.EqualTo(200));
        Assert.That((await member.Get("/api/v1/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Another_role_holds_from_the_next_call_on()
    {
        using var member = await _host.Member("rising");
        Assert.That((await member.Get("/api/v1/admin/users")).Status, Is.EqualTo(403));
        Assert.That((await _owner.Patch($"/api/v1/admin/users/{member.UserId}", new { role = "admin" })).Status, Is.EqualTo(200));
        Assert.That((await member.Get("/api/v1/admin/users")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Everybody_is_listed_page_by_page_once()
    {
        foreach (var name in new[] { "p1", "p2", "p3" })
        {
            (await _host.Member(name)).Dispose();
        }

        List<string> seen = [];
        for (string? cursor = null; ;)
        {
            var page = (await _owner.Get($"/api/v1/admin/users?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
            if (cursor is null)
            {
                break;
            }
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen, Has.Count.GreaterThanOrEqualTo(4).And.Contains(await OwnerId()));
        Assert.That((await _owner.Get("/api/v1/admin/users?cursor=nonsense")).Fields, Does.Contain("cursor"));
    }

    [Test]
    public async Task An_admins_link_sets_another_password_once_and_ends_every_sign_in()
    {
        var token = Token(await _owner.Post("/api/v1/admin/invitations", new { }), "invite");
        using var eve = _host.Nobody();
        var joined = await Register(eve, "eve@example.org", token);
        eve.Cookie = joined.Header("Set-Cookie")!.Split(';')[0];
        Assert.That((await eve.Get("/api/v1/me")).Status, Is.EqualTo(200));

        var made = await _owner.Post($"/api/v1/admin/users/{joined.Id}/recovery");
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        using var nobody = _host.Nobody();
        var link = Token(made, "recover");
        Assert.That((await nobody.Post("/api/v1/auth/recover", new { token = link, password = "short" })).Fields, Does.Contain("password"));
        var recovered = await nobody.Post("/api/v1/auth/recover", new { token = link, password = NewPassword });
        Assert.That(recovered.Status, Is.EqualTo(200), recovered.Text);
        Assert.That((await eve.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await nobody.Post("/api/v1/auth/recover", new { token = link, password = NewPassword })).Code, Is.EqualTo("recovery_link_invalid"));
        Assert.That((await LogIn("eve@example.org", ApiHost.Password)).Code, Is.EqualTo("wrong_credentials"));
        Assert.That((await LogIn("eve@example.org", NewPassword)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_password_is_changed_by_whoever_knows_it_and_ends_the_other_sign_ins()
    {
        var token = Token(await _owner.Post("/api/v1/admin/invitations", new { }), "invite");
        using var here = _host.Nobody();
        here.Cookie = (await Register(here, "fay@example.org", token)).Header("Set-Cookie")!.Split(';')[0];
        using var elsewhere = await _host.SignIn("fay@example.org");

        var wrong = await here.Post("/api/v1/me/password", new { current = "not this one", password = NewPassword });
        Assert.That((wrong.Status, wrong.Code), Is.EqualTo((400, "wrong_password")));
        Assert.That(wrong.Fields, Does.Contain("current"));
        Assert.That((await here.Post("/api/v1/me/password", new { current = ApiHost.Password, password = NewPassword })).Status, Is.EqualTo(204));
        Assert.That((await here.Get("/api/v1/me")).Status, Is.EqualTo(200));
        Assert.That((await elsewhere.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await LogIn("fay@example.org", NewPassword)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Sign_ins_are_seen_with_what_they_called_themselves_and_ended_one_by_one()
    {
        using var one = await _host.Owner();
        var answer = await _host.Nobody().Post(
            "/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = ApiHost.Password }, ("User-Agent", "Lizard/1.0"));
        using var two = new ApiClient(_host.Address) { Cookie = answer.Header("Set-Cookie")!.Split(';')[0] };
        var seen = (await one.Get("/api/v1/me/sign-ins")).Json.GetProperty("items").EnumerateArray().ToArray();
        Assert.That(seen.Count(item => item.GetProperty("current").GetBoolean()), Is.EqualTo(1));
        var other = seen.Single(item => item.GetProperty("client").GetString() == "Lizard/1.0").GetProperty("id").GetString();

        using var stranger = await _host.Member("stranger");
        Assert.That((await stranger.Delete($"/api/v1/me/sign-ins/{other}")).Status, Is.EqualTo(404));
        Assert.That((await two.Get("/api/v1/me")).Status, Is.EqualTo(200));
        Assert.That((await one.Delete($"/api/v1/me/sign-ins/{other}")).Status, Is.EqualTo(204));
        Assert.That((await two.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await one.Get("/api/v1/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_is_asked_for_stands_in_the_audit_log_with_what_came_of_it_and_no_secret()
    {
        using var admin = await _host.Member("Audited Admin", Role.Admin);
        var made = await admin.Post("/api/v1/admin/invitations", new { role = "member", note = "secret friend" });
        _ = await admin.Post("/api/v1/admin/invitations", new { role = "admin" });
        _ = await admin.Post("/api/v1/admin/workers/unknown/drain");
        var log = await admin.Get("/api/v1/admin/audit");
        var mine = log.Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("subject").GetString() == admin.UserId.ToString())
            .Select(item => (
                Text(item, "name"), Text(item, "action"), Text(item, "target"), Text(item, "outcome"), Text(item, "code")));
        Assert.That(mine, Is.EqualTo(new[]
        {
            ("Audited Admin", "drain_worker", "unknown", "refused", "not_found"),
            ("Audited Admin", "invite_user", "Admin", "refused", "forbidden"),
            ("Audited Admin", "invite_user", "Member", "done", (string?)null),
            ("Audited Admin", "issue_key", "test", "done", null),
        }));
        Assert.That(log.Text, Does.Not.Contain(Token(made, "invite")).And.Not.Contain("secret friend"));
        var first = await admin.Get("/api/v1/admin/audit?limit=1");
        var second = await admin.Get($"/api/v1/admin/audit?limit=1&cursor={first.Json.GetProperty("next_cursor").GetString()}");
        Assert.That(second.Json.GetProperty("items")[0].GetProperty("code").GetString(), Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task Who_signed_in_and_out_stands_in_the_audit_log_and_who_failed_at_it()
    {
        using var made = _host.Nobody();
        var invited = await _owner.Post("/api/v1/admin/invitations", new { role = "member" });
        var joined = await Register(made, "ines@example.org", Token(invited, "invite"));
        Assert.That(joined.Status, Is.EqualTo(201), joined.Text);
        Assert.That((await LogIn("ines@example.org", "not my password")).Status, Is.EqualTo(401));
        Assert.That((await LogIn("nobody@example.org", "not my password")).Status, Is.EqualTo(401));
        var id = joined.Json.GetProperty("id").GetString();
        using var here = new ApiClient(_host.Address) { Cookie = (await LogIn("ines@example.org", ApiHost.Password)).Header("Set-Cookie")!.Split(';')[0] };
        Assert.That((await here.Post("/api/v1/auth/logout")).Status, Is.EqualTo(204));

        // The failed one is written behind the caller's back.
        (string? Action, string? Outcome, string? Code)[] mine = [];
        await Eventually.Is(async () =>
        {
            var log = await _owner.Get("/api/v1/admin/audit");
            Assert.That(log.Text, Does.Not.Contain("nobody@example.org").And.Not.Contain("not my password"));
            mine =
            [
                .. log.Json.GetProperty("items").EnumerateArray().Where(item => Text(item, "subject") == id)
                    .Select(item => (Text(item, "action"), Text(item, "outcome"), Text(item, "code"))),
            ];
            return mine.Length == 4;
        });
        Assert.That(mine, Is.EquivalentTo(new[]
        {
            ("sign_out", "done", (string?)null), ("sign_in", "done", null), ("sign_in", "refused", "wrong_credentials"), ("register_user", "done", null),
        }));
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private static string Token(Answer made, string kind) => made.Json.GetProperty("link").GetString()!.Split($"/#{kind}=")[1];

    private static Task<Answer> Register(ApiClient client, string email, string? invitation) =>
        client.Post("/api/v1/auth/register", new { email, password = ApiHost.Password, name = "Somebody", invitation });

    private async Task<Answer> LogIn(string email, string password)
    {
        using var nobody = _host.Nobody();
        return await nobody.Post("/api/v1/auth/login", new { email, password });
    }

    private async Task<string> OwnerId() => (await _owner.Get("/api/v1/me")).Id;
}
