using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class LimitTests
{
    [Test]
    public async Task Messages_are_limited_by_user_and_by_address_and_reads_are_not()
    {
        await using var host = await ApiHost.Start("--Limits:PerMinute=3", "--Limits:PerHour=100");
        using var one = await host.Member("one");
        using var two = await host.Member("two");
        var session = await one.OpenSession();
        for (var i = 0; i < 3; i++)
        {
            var granted = await one.Say(session, $"message {i}");
            Assert.That(
                granted.Header("RateLimit-Policy"), Does.Contain("\"user-60\";q=3;w=60").And.Contain("\"address-3600\";q=100;w=3600"));
            Assert.That(granted.Header("RateLimit"), Does.Match($"^\"(user|address)-60\";r={2 - i};t=[0-9]+$"));
        }

        var refused = await one.Post($"/api/v1/sessions/{session}/messages", new { content = "one too many" });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "rate_limited")));
        Assert.That(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 60));
        Assert.That(refused.Header("RateLimit"), Does.Contain(";r=0;"));

        // Another user at the same address: the address's count is used up as well.
        var other = await two.OpenSession();
        Assert.That((await two.Post($"/api/v1/sessions/{other}/messages", new { content = "hello" })).Status, Is.EqualTo(429));
        for (var i = 0; i < 10; i++)
        {
            var read = await one.Get($"/api/v1/sessions/{session}");
            Assert.That(read.Status, Is.EqualTo(200));
            Assert.That(read.Header("RateLimit"), Is.Null);
        }
    }

    [Test]
    public async Task A_call_that_cannot_be_understood_takes_nothing()
    {
        await using var host = await ApiHost.Start("--Limits:PerMinute=1");
        using var one = await host.Member("one");
        var session = await one.OpenSession();
        Assert.That((await one.Post($"/api/v1/sessions/{session}/messages", new { })).Status, Is.EqualTo(400));
        Assert.That((await one.Say(session, "hello")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_writes_without_end_what_is_no_message_is_stopped()
    {
        await using var host = await ApiHost.Start("--Limits:PerMinute=1000", "--Limits:PerHour=61");
        using var one = await host.Member("one");
        using var two = await host.Member("two");
        var session = await one.OpenSession();
        for (var i = 1; i < 610; i++)
        {
            var refused = await one.Delete("/api/v1/me/sign-ins/that-is-none");
            Assert.That((refused.Status, refused.Header("RateLimit")), Is.EqualTo((404, (string?)null)));
        }

        var opened = await one.Post("/api/v1/sessions", new { });
        Assert.That((opened.Status, opened.Code), Is.EqualTo((429, "rate_limited")));
        Assert.That(opened.Text, Does.Contain("Too many changes: the limit of 610 an hour for you is used up."));
        Assert.That(int.Parse(opened.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 3600));
        Assert.That((await one.Patch("/api/v1/me/settings", new { model = "" })).Status, Is.EqualTo(429));
        Assert.That((await one.Say(session, "hello")).Status, Is.EqualTo(200), "A question is no change.");
        _ = await two.OpenSession();
    }

    [TestCase("", 429)]
    [TestCase("--TrustedProxies=127.0.0.1", 200)]
    [TestCase("--TrustedProxies=192.0.2.1", 429)]
    public async Task Only_a_proxy_that_is_trusted_says_where_a_caller_comes_from(string setting, int second)
    {
        string[] arguments = setting.Length == 0 ? ["--Limits:PerMinute=1"] : ["--Limits:PerMinute=1", setting];
        await using var host = await ApiHost.Start(arguments);
        using var one = await host.Member("one");
        using var two = await host.Member("two");
        var first = await Say(one, "203.0.113.1");
        var next = await Say(two, "203.0.113.2");
        Assert.That((first.Status, next.Status), Is.EqualTo((200, second)), next.Text);

        static async Task<Answer> Say(ApiClient caller, string address) => await caller.Post(
            $"/api/v1/sessions/{await caller.OpenSession()}/messages",
            new { content = "hello" },
            ("Prefer", "wait=20"),
            ("X-Forwarded-For", address));
    }
}
