using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class KeyTests : OwnersFixture
{
    [Test]
    public async Task A_key_that_expires_makes_none_that_lives_longer()
    {
        var end = DateTimeOffset.UtcNow.AddHours(1);
        var made = await Owner.Post("/api/v1/keys", new { name = "short", expires_at = end });
        using var program = new ApiClient(Host.Address) { Key = made.Json.GetProperty("key").GetString() };
        var forever = await program.Post("/api/v1/keys", new { name = "forever" });
        var longer = await program.Post("/api/v1/keys", new { name = "longer", expires_at = end.AddMinutes(1) });
        var shorter = await program.Post("/api/v1/keys", new { name = "shorter", expires_at = end.AddMinutes(-1) });
        Assert.That((forever.Status, forever.Code), Is.EqualTo((403, "scope_exceeded")));
        Assert.That((longer.Status, longer.Code), Is.EqualTo((403, "scope_exceeded")));
        Assert.That(shorter.Status, Is.EqualTo(201), shorter.Text);
    }

    [Test]
    public async Task A_key_is_shown_once_and_opens_at_once()
    {
        var made = await Owner.Post("/api/v1/keys", new { name = "laptop" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        var key = made.Json.GetProperty("key").GetString()!;
        Assert.That(key, Does.StartWith("ml_"));
        using var program = new ApiClient(Host.Address) { Key = key };
        Assert.That((await program.Get("/api/v1/me")).Status, Is.EqualTo(200));
        var listed = (await Owner.Get("/api/v1/keys")).Text;
        Assert.That(listed, Does.Contain(made.Id).And.Not.Contain(key));
    }

    [Test]
    public async Task The_same_call_again_makes_no_second_key_and_shows_no_secret()
    {
        var first = await Owner.Post("/api/v1/keys", new { name = "once" }, ("Idempotency-Key", "k1"));
        var again = await Owner.Post("/api/v1/keys", new { name = "once" }, ("Idempotency-Key", "k1"));
        var other = await Owner.Post("/api/v1/keys", new { name = "other" }, ("Idempotency-Key", "k1"));
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(again.Json.TryGetProperty("key", out _), Is.False);
        Assert.That(again.Json.GetProperty("secret_already_shown").GetBoolean(), Is.True);
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_mismatch")));
    }

    [Test]
    public async Task Its_last_use_is_noted()
    {
        var made = await Owner.Post("/api/v1/keys", new { name = "used" });
        using var program = new ApiClient(Host.Address) { Key = made.Json.GetProperty("key").GetString() };
        await program.Get("/api/v1/me");
        await MeatLizard.Testing.Eventually.Is(async () => (await Owner.Get("/api/v1/keys")).Json.GetProperty("items").EnumerateArray()
            .Single(key => key.GetProperty("name").GetString() == "used")
            .GetProperty("last_used_at").ValueKind == System.Text.Json.JsonValueKind.String);
    }

    [Test]
    public async Task A_key_makes_no_key_that_may_do_more_than_itself()
    {
        var made = await Owner.Post("/api/v1/keys", new { name = "narrow", scopes = new[] { "keys" } });
        using var narrow = new ApiClient(Host.Address) { Key = made.Json.GetProperty("key").GetString() };
        Assert.That((await narrow.Post("/api/v1/keys", new { name = "wide" })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That(
            (await narrow.Post("/api/v1/keys", new { name = "wide", scopes = new[] { "chat" } })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That((await narrow.Post("/api/v1/keys", new { name = "same", scopes = new[] { "keys" } })).Status, Is.EqualTo(201));
    }

    [TestCase(Role.Member, 403)]
    [TestCase(Role.Admin, 201)]
    public async Task Only_an_admin_makes_a_key_for_admins(Role role, int status)
    {
        using var user = await Host.Member("somebody", role);
        var made = await user.Post("/api/v1/keys", new { name = "watcher", scopes = new[] { "chat", "admin" } });
        Assert.That((made.Status, made.Code), Is.EqualTo((status, status == 403 ? "scope_exceeded" : null)), made.Text);
        Assert.That((await user.Post("/api/v1/keys", new { name = "chatter", scopes = new[] { "chat" } })).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task What_is_wrong_is_named()
    {
        Assert.That((await Owner.Post("/api/v1/keys", new { name = " " })).Fields, Is.EqualTo(new[] { "name" }));
        Assert.That(
            (await Owner.Post("/api/v1/keys", new { name = "x", scopes = new[] { "everything" } })).Fields,
            Is.EqualTo(new[] { "scopes" }));
        Assert.That(
            (await Owner.Post("/api/v1/keys", new { name = "x", expires_at = "2001-01-01T00:00:00Z" })).Fields,
            Is.EqualTo(new[] { "expires_at" }));
        Assert.That(
            (await Owner.Post("/api/v1/keys", new { name = "x", expires_at = "soon" })).Fields, Is.EqualTo(new[] { "expires_at" }));
    }

    [Test]
    public async Task Revoking_twice_is_revoking_once()
    {
        var id = (await Owner.Post("/api/v1/keys", new { name = "twice" })).Id;
        Assert.That((await Owner.Delete($"/api/v1/keys/{id}")).Status, Is.EqualTo(204));
        Assert.That((await Owner.Delete($"/api/v1/keys/{id}")).Status, Is.EqualTo(204));
    }
}
