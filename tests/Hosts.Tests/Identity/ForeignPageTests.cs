using System.Net.WebSockets;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>What a page elsewhere can make a visitor's browser do.</summary>
[TestFixture]
internal sealed class ForeignPageTests
{
    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start("--Cors:Origins=https://friend.example");
        _owner = await _host.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task With_the_cookie_a_change_needs_the_header_of_our_page()
    {
        using var page = new ApiClient(_host.Address) { Cookie = _owner.Cookie, SaysWhoAsks = false };
        var refused = await page.Post("/api/v1/sessions", new { });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((403, "missing_requested_with")));
        Assert.That((await page.Post("/api/v1/sessions", new { }, ("X-Requested-With", "XMLHttpRequest"))).Status, Is.EqualTo(403));
        Assert.That((await page.Get("/api/v1/sessions")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task With_a_key_it_needs_nothing()
    {
        using var program = await _host.Member("program");
        Assert.That((await program.Post("/api/v1/sessions", new { }, ("Origin", "https://evil.example"))).Status, Is.EqualTo(201));
    }

    [TestCase("https://evil.example")]
    [TestCase("null")]
    [TestCase("http://127.0.0.1:1")]
    [TestCase("http://localhost.evil.example")]
    public async Task A_change_from_a_foreign_page_is_refused(string origin)
    {
        var answer = await _owner.Post("/api/v1/sessions", new { }, ("Origin", origin));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "origin_not_allowed")));
    }

    [Test]
    public async Task A_foreign_page_cannot_sign_its_visitor_in()
    {
        using var nobody = _host.Nobody();
        var answer = await nobody.Post(
            "/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = ApiHost.Password }, ("Origin", "https://evil.example"));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "origin_not_allowed")));
    }

    [Test]
    public async Task Our_own_page_and_a_configured_one_may()
    {
        Assert.That(
            (await _owner.Post("/api/v1/sessions", new { }, ("Origin", _host.Address.GetLeftPart(UriPartial.Authority)))).Status,
            Is.EqualTo(201));
        var friend = await _owner.Post("/api/v1/sessions", new { }, ("Origin", "https://friend.example"));
        Assert.That(friend.Status, Is.EqualTo(201));
        Assert.That(friend.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
    }

    [Test]
    public async Task Behind_a_proxy_with_TLS_a_page_without_is_somebody_else_s()
    {
        var name = _host.Address.Authority;
        Assert.That(await Ask($"https://{name}"), Is.EqualTo(201));
        Assert.That(await Ask($"http://{name}"), Is.EqualTo(403));

        async Task<int> Ask(string origin) =>
            (await _owner.Post("/api/v1/sessions", new { }, ("Origin", origin), ("X-Forwarded-Proto", "https"))).Status;
    }

    [Test]
    public async Task Preflights_are_answered_for_configured_origins_alone()
    {
        (string, string)[] asks = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")];
        using var nobody = _host.Nobody();
        var friend = await nobody.Send(HttpMethod.Options, "/api/v1/sessions", null, [.. asks, ("Origin", "https://friend.example")]);
        var evil = await nobody.Send(HttpMethod.Options, "/api/v1/sessions", null, [.. asks, ("Origin", "https://evil.example")]);
        Assert.That(friend.Header("Access-Control-Allow-Origin"), Is.EqualTo("https://friend.example"));
        Assert.That(evil.Header("Access-Control-Allow-Origin"), Is.Null);
    }

    [TestCase("evil.example")]
    [TestCase("127.0.0.1.evil.example")]
    [TestCase("10.1.2.3")]
    public async Task A_name_that_is_not_ours_is_not_answered_to(string host)
    {
        foreach (var path in new[] { "/", "/health", "/api/v1/me" })
        {
            var answer = await _owner.Get(path, ("Host", host));
            Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "host_not_allowed")), path);
        }
    }

    [Test]
    public async Task A_name_that_is_allowed_comes_beside_those_that_go_without_saying()
    {
        await using var host = await ApiHost.Start("--AllowedHosts=chat.example.org");
        using var nobody = host.Nobody();
        Assert.That((await nobody.Get("/health", ("Host", "chat.example.org"))).Status, Is.EqualTo(200));
        Assert.That((await nobody.Get("/health", ("Host", "localhost"))).Status, Is.EqualTo(200));
        Assert.That((await nobody.Get("/health", ("Host", "evil.example.org"))).Code, Is.EqualTo("host_not_allowed"));
    }

    [TestCase("localhost")]
    [TestCase("127.0.0.1:8080")]
    [TestCase("[::1]:8080")]
    public async Task Loopback_names_are_ours(string host) =>
        Assert.That((await _owner.Get("/health", ("Host", host))).Status, Is.EqualTo(200));

    [Test]
    public async Task A_socket_opens_for_our_page_alone()
    {
        Assert.That(
            await Connect(("Cookie", _owner.Cookie!), ("Origin", _host.Address.GetLeftPart(UriPartial.Authority))), Is.EqualTo(101));
        Assert.That(await Connect(("Cookie", _owner.Cookie!), ("Origin", "https://evil.example")), Is.EqualTo(403));
        Assert.That(await Connect(("Cookie", _owner.Cookie!)), Is.EqualTo(403), "a browser always says where it comes from");
        using var program = await _host.Member("program");
        Assert.That(await Connect(("Authorization", $"Bearer {program.Key}")), Is.EqualTo(101));
    }

    private async Task<int> Connect(params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(_host.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
        }

        return (int)socket.HttpStatusCode;
    }
}
