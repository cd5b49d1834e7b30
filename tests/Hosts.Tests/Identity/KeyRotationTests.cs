using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>A key gets another secret while programs go on with the one that they have.</summary>
[TestFixture]
internal sealed class KeyRotationTests : OwnersFixture
{
    [Test]
    public async Task Both_secrets_open_during_the_overlap_and_neither_once_the_key_is_revoked()
    {
        var (id, old) = await Key();
        Assert.That(await Opens(old), Is.True);
        var rotated = await Owner.Post($"/api/v1/keys/{id}/rotate", new { });
        Assert.That(rotated.Status, Is.EqualTo(201), rotated.Text);
        var young = rotated.Json.GetProperty("key").GetString()!;
        Assert.That(young, Does.StartWith(rotated.Json.GetProperty("prefix").GetString()!).And.Not.EqualTo(old));
        var (from, until) = (rotated.Json.GetProperty("rotated_at").GetDateTimeOffset(), rotated.Json.GetProperty("previous_until").GetDateTimeOffset());
        Assert.That(until - from, Is.EqualTo(TimeSpan.FromHours(24)));
        Assert.That((await Opens(old), await Opens(young)), Is.EqualTo((true, true)));
        Assert.That((await Owner.Get("/api/v1/keys")).Text, Does.Not.Contain(young));

        Assert.That((await Owner.Delete($"/api/v1/keys/{id}")).Status, Is.EqualTo(204));
        Assert.That((await Opens(old), await Opens(young)), Is.EqualTo((false, false)));
        Assert.That((await Owner.Post($"/api/v1/keys/{id}/rotate", new { })).Code, Is.EqualTo("key_revoked"));
    }

    [Test]
    public async Task The_old_secret_ends_with_the_overlap()
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([], services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        using var member = await host.Member("program");
        var rotated = await member.Post($"/api/v1/keys/{member.KeyId}/rotate", new { });
        using var renewed = new ApiClient(host.Address) { Key = rotated.Json.GetProperty("key").GetString() };
        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.That(((await member.Get("/api/v1/me")).Status, (await renewed.Get("/api/v1/me")).Status), Is.EqualTo((200, 200)));
        clock.Advance(TimeSpan.FromSeconds(1));
        var late = await member.Get("/api/v1/me");
        Assert.That((late.Status, late.Code, (await renewed.Get("/api/v1/me")).Status), Is.EqualTo((401, "invalid_key", 200)));
    }

    [Test]
    public async Task Without_an_overlap_the_old_secret_ends_at_once()
    {
        var (id, old) = await Key();
        Assert.That(await Opens(old), Is.True);
        var young = await Rotate(id, 0);
        Assert.That((await Opens(old), await Opens(young)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_second_rotation_ends_the_secret_that_was_on_its_way_out()
    {
        var (id, first) = await Key();
        var second = await Rotate(id, 168);
        Assert.That(await Opens(first), Is.True);
        var third = await Rotate(id, 1);
        Assert.That((await Opens(first), await Opens(second), await Opens(third)), Is.EqualTo((false, true, true)));
    }

    [Test]
    public async Task The_secret_on_its_way_out_cannot_prolong_itself()
    {
        var (id, old) = await Key();
        await Rotate(id, 1);
        using var program = new ApiClient(Host.Address) { Key = old };
        Assert.That((await program.Post($"/api/v1/keys/{id}/rotate", new { })).Code, Is.EqualTo("scope_exceeded"));
        Assert.That((await program.Post("/api/v1/keys", new { name = "heir" })).Code, Is.EqualTo("scope_exceeded"));
    }

    [Test]
    public async Task The_same_call_again_rotates_once_and_shows_no_secret()
    {
        var (id, _) = await Key();
        var first = await Owner.Post($"/api/v1/keys/{id}/rotate", new { overlap_hours = 2 }, ("Idempotency-Key", "r1"));
        var again = await Owner.Post($"/api/v1/keys/{id}/rotate", new { overlap_hours = 2 }, ("Idempotency-Key", "r1"));
        Assert.That(again.Json.GetProperty("rotated_at").GetString(), Is.EqualTo(first.Json.GetProperty("rotated_at").GetString()));
        Assert.That(again.Json.TryGetProperty("key", out _), Is.False);
        Assert.That(again.Json.GetProperty("secret_already_shown").GetBoolean(), Is.True);
    }

    [TestCase(-1)]
    [TestCase(169)]
    public async Task An_overlap_is_of_none_to_seven_days(int hours)
    {
        var (id, _) = await Key();
        Assert.That((await Owner.Post($"/api/v1/keys/{id}/rotate", new { overlap_hours = hours })).Fields, Is.EqualTo(new[] { "overlap_hours" }));
    }

    [Test]
    public async Task It_stands_in_the_audit_log()
    {
        var (id, _) = await Key();
        await Rotate(id, 1);
        var audit = (await Owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray()
            .Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("target").GetString()));
        Assert.That(audit, Does.Contain(("rotate_key", id)));
    }

    private async Task<(string Id, string Secret)> Key()
    {
        var made = await Owner.Post("/api/v1/keys", new { name = "laptop" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        return (made.Id, made.Json.GetProperty("key").GetString()!);
    }

    private async Task<string> Rotate(string id, int hours)
    {
        var rotated = await Owner.Post($"/api/v1/keys/{id}/rotate", new { overlap_hours = hours });
        Assert.That(rotated.Status, Is.EqualTo(201), rotated.Text);
        return rotated.Json.GetProperty("key").GetString()!;
    }

    private async Task<bool> Opens(string secret)
    {
        using var program = new ApiClient(Host.Address) { Key = secret };
        return (await program.Get("/api/v1/sessions")).Status == 200;
    }
}
