using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class SignInTests
{
    private ApiHost _host = null!;
    private ApiClient _nobody = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start("--Identity:SignUp=Open");
        _nobody = _host.Nobody();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _nobody.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task The_setup_link_makes_one_owner_and_signs_them_in()
    {
        await using var host = await ApiHost.StartWithoutOwner();
        using var nobody = host.Nobody();
        Assert.That((await nobody.Post("/api/v1/auth/setup", Setup("guessed"))).Code, Is.EqualTo("setup_link_invalid"));

        var made = await nobody.Post("/api/v1/auth/setup", Setup(host.SetupToken!));
        Assert.That(made.Status, Is.EqualTo(200), made.Text);
        Assert.That(made.Json.GetProperty("role").GetString(), Is.EqualTo("owner"));
        nobody.Cookie = made.Header("Set-Cookie")!.Split(';')[0];
        Assert.That((await nobody.Get("/api/v1/me")).Json.GetProperty("name").GetString(), Is.EqualTo("Anna"));

        var again = await nobody.Post("/api/v1/auth/setup", Setup(host.SetupToken!));
        Assert.That((again.Status, again.Code), Is.EqualTo((403, "setup_link_invalid")));
    }

    [Test]
    public async Task Of_two_who_hold_the_link_one_becomes_the_owner()
    {
        await using var host = await ApiHost.StartWithoutOwner();
        using var nobody = host.Nobody();
        var both = await Task.WhenAll(
            nobody.Post("/api/v1/auth/setup", Setup(host.SetupToken!)),
            nobody.Post("/api/v1/auth/setup", Setup(host.SetupToken!, "b@example.org")));
        Assert.That(both.Select(answer => answer.Status), Is.EquivalentTo(new[] { 200, 403 }));
    }

    [Test]
    public async Task The_cookie_is_out_of_scripts_reach_and_lasts_thirty_days()
    {
        var answer = await _nobody.Post("/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = ApiHost.Password });
        var cookie = answer.Header("Set-Cookie")!;
        Assert.That(cookie, Does.Contain("httponly").IgnoreCase.And.Contain("samesite=lax").IgnoreCase.And.Contain("path=/").IgnoreCase);
        Assert.That(cookie, Does.Not.Contain("secure").IgnoreCase, "the call came by plain http");
        var expires = DateTimeOffset.Parse(cookie.Split("expires=")[1].Split(';')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(expires - DateTimeOffset.UtcNow, Is.EqualTo(TimeSpan.FromDays(30)).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Behind_a_proxy_that_took_TLS_off_the_cookie_is_secure()
    {
        var answer = await _nobody.Post(
            "/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = ApiHost.Password }, ("X-Forwarded-Proto", "https"));
        Assert.That(answer.Header("Set-Cookie"), Does.Contain("secure").IgnoreCase);
    }

    [Test]
    public async Task Signing_out_ends_the_sign_in_and_not_only_the_cookie()
    {
        using var owner = await _host.Owner();
        Assert.That((await owner.Post("/api/v1/auth/logout")).Status, Is.EqualTo(204));
        Assert.That((await owner.Get("/api/v1/me")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task An_unknown_address_and_a_wrong_password_answer_the_same()
    {
        var wrong = await _nobody.Post("/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = "not the password" });
        var unknown = await _nobody.Post("/api/v1/auth/login", new { email = "nobody@example.org", password = "not the password" });
        Assert.That((wrong.Status, wrong.Code), Is.EqualTo((401, "wrong_credentials")));
        Assert.That((unknown.Status, unknown.Code), Is.EqualTo((401, "wrong_credentials")));
        Assert.That(unknown.Json.GetProperty("detail").GetString(), Is.EqualTo(wrong.Json.GetProperty("detail").GetString()));
    }

    [Test]
    public async Task The_address_is_known_in_any_case()
    {
        var answer = await _nobody.Post("/api/v1/auth/login", new { email = " OWNER@Example.org ", password = ApiHost.Password });
        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Registering_makes_a_member_once()
    {
        var made = await _nobody.Post(
            "/api/v1/auth/register", new { email = "new@example.org", password = ApiHost.Password, name = "New" });
        Assert.That((made.Status, made.Json.GetProperty("role").GetString()), Is.EqualTo((201, "member")));
        var again = await _nobody.Post("/api/v1/auth/register", new { email = "NEW@example.org", password = ApiHost.Password });
        Assert.That((again.Status, again.Code), Is.EqualTo((409, "email_taken")));
    }

    [Test]
    public async Task One_is_told_the_address_that_one_signs_in_with()
    {
        var login = await _nobody.Post("/api/v1/auth/login", new { email = " OWNER@Example.org ", password = ApiHost.Password });
        Assert.That(login.Json.GetProperty("email").GetString(), Is.EqualTo(ApiHost.OwnerEmail));
        using var owner = await _host.Owner();
        Assert.That((await owner.Get("/api/v1/me")).Json.GetProperty("email").GetString(), Is.EqualTo(ApiHost.OwnerEmail));
        using var member = await _host.Member("without a password");
        Assert.That((await member.Get("/api/v1/me")).Json.GetProperty("email").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Registering_is_closed_unless_opened()
    {
        await using var host = await ApiHost.Start();
        using var nobody = host.Nobody();
        var answer = await nobody.Post("/api/v1/auth/register", new { email = "new@example.org", password = ApiHost.Password });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "signup_closed")));
    }

    [TestCase("new2@example.org", "too short", "password")]
    [TestCase("no address", "long enough password", "email")]
    [TestCase("two@at@example.org", "long enough password", "email")]
    public async Task What_is_wrong_is_named(string email, string password, string field)
    {
        var answer = await _nobody.Post("/api/v1/auth/register", new { email, password });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_request")));
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task A_password_of_more_than_256_characters_is_refused_before_it_is_hashed()
    {
        var answer = await _nobody.Post("/api/v1/auth/login", new { email = ApiHost.OwnerEmail, password = new string('x', 257) });
        Assert.That(answer.Fields, Is.EqualTo(new[] { "password" }));
    }

    [Test]
    public async Task Guessing_is_slowed_down()
    {
        await using var host = await ApiHost.Start();
        using var nobody = host.Nobody();
        var tries = new List<Answer>();
        for (var i = 0; i < 21; i++)
        {
            tries.Add(await nobody.Post("/api/v1/auth/login", new { email = $"a{i}@example.org", password = "x" }));
        }

        Assert.That(tries.SkipLast(1).Select(answer => answer.Status), Is.All.EqualTo(401));
        Assert.That((tries[^1].Status, tries[^1].Code), Is.EqualTo((429, "rate_limited")));
        Assert.That(int.Parse(tries[^1].Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 60));
    }

    private static object Setup(string token, string email = "anna@example.org") =>
        new { token, email, password = ApiHost.Password, name = "Anna" };
}
