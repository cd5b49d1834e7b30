using System.Globalization;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity.Lockout;

/// <summary>Guessing gets slower and slower, keeps nobody else out, and says nothing about which accounts there are.</summary>
[TestFixture]
internal sealed class SignInTriesTests
{
    private const string Unknown = "nobody@example.org";

    private StoppedClock _clock = null!;
    private ApiHost _host = null!;
    private ApiClient _nobody = null!;

    [SetUp]
    public async Task Start()
    {
        _clock = new();
        _host = await ApiHost.Start(
            [.. ApiHost.WithOwner, "--TrustedProxies=127.0.0.1", "--Limits:PerHour=100000", "--Identity:SignUp=Open"],
            services => services.Replace(ServiceDescriptor.Singleton<IRateLimiter>(new MemoryRateLimiter(_clock))));
        _nobody = _host.Nobody();
    }

    [TearDown]
    public async Task Stop()
    {
        _nobody.Dispose();
        await _host.DisposeAsync();
    }

    [TestCase(ApiHost.OwnerEmail)]
    [TestCase(Unknown)]
    public async Task The_more_tries_the_longer_the_wait_whether_there_is_such_an_account_or_not(string email)
    {
        var second = await Exhaust(email, "203.0.113.1", expected: 20);
        Assert.That(Wait(second), Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(Detail(second), Is.EqualTo("There were too many tries from here. Try again in 60 seconds."));

        _clock.Advance(TimeSpan.FromMinutes(1));
        var minute = await Exhaust(email, "203.0.113.1", expected: 10);
        Assert.That(Wait(minute), Is.EqualTo(TimeSpan.FromMinutes(14)));
        Assert.That(Detail(minute), Does.EndWith("Try again in 14 minutes."));

        _clock.Advance(TimeSpan.FromMinutes(14));
        await Exhaust(email, "203.0.113.1", expected: 20);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var hours = await Exhaust(email, "203.0.113.1", expected: 10);
        Assert.That(Wait(hours), Is.EqualTo(TimeSpan.FromHours(6) - TimeSpan.FromMinutes(16)));
        Assert.That(Detail(hours), Does.EndWith("Try again in 6 hours."));

        _clock.Advance(TimeSpan.FromHours(6));
        Assert.That((await Try(email, "203.0.113.1")).Status, Is.EqualTo(401), "Nobody is kept out for ever.");
    }

    [Test]
    public async Task Who_guesses_from_one_place_keeps_nobody_out_who_comes_from_another()
    {
        await Exhaust(ApiHost.OwnerEmail, "203.0.113.1", expected: 20);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Exhaust(ApiHost.OwnerEmail, "203.0.113.1", expected: 10);
        Assert.That((await Try(ApiHost.OwnerEmail, "203.0.113.1", ApiHost.Password)).Status, Is.EqualTo(429));
        Assert.That((await Try(ApiHost.OwnerEmail, "203.0.113.2", ApiHost.Password)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_guess_from_many_places_keep_nobody_out_whose_browser_is_known()
    {
        var known = Mark(await Try(ApiHost.OwnerEmail, "198.51.100.1", ApiHost.Password));
        for (var i = 1; i <= 4; i++)
        {
            await Exhaust(ApiHost.OwnerEmail, $"203.0.113.{i}", expected: 20);
        }

        var refused = await Exhaust(ApiHost.OwnerEmail, "203.0.113.5", expected: 19);
        Assert.That(
            Detail(refused),
            Is.EqualTo("There were too many tries to sign in to this account. Try again in 15 minutes, or in a browser in which you have signed in before."));
        Assert.That((await Try(ApiHost.OwnerEmail, "198.51.100.9", ApiHost.Password)).Status, Is.EqualTo(429), "a browser that nobody knows");
        Assert.That((await Try(ApiHost.OwnerEmail, "198.51.100.9", ApiHost.Password, known)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_mark_is_good_for_its_own_account_alone_and_counted_by_itself()
    {
        Assert.That((await _nobody.Post("/api/v1/auth/register", new { email = "eve@example.org", password = ApiHost.Password })).Status, Is.EqualTo(201));
        var eves = Mark(await Try("eve@example.org", "198.51.100.1", ApiHost.Password));
        var owners = Mark(await Try(ApiHost.OwnerEmail, "198.51.100.2", ApiHost.Password));
        for (var i = 1; i <= 5; i++)
        {
            await Exhaust(ApiHost.OwnerEmail, $"203.0.113.{i}", expected: i < 5 ? 20 : 19);
        }

        var altered = owners[..^1] + (owners[^1] == 'A' ? 'B' : 'A');
        foreach (var mark in new[] { eves, altered[..^8] + "AAAAAAAA", "nonsense", "" })
        {
            Assert.That((await Try(ApiHost.OwnerEmail, "198.51.100.9", ApiHost.Password, mark)).Status, Is.EqualTo(429), mark);
        }

        for (var i = 0; i < 30; i++)
        {
            Assert.That((await Try(ApiHost.OwnerEmail, $"198.51.100.{i + 10}", "wrong password", owners)).Status, Is.EqualTo(401));
        }

        Assert.That((await Try(ApiHost.OwnerEmail, "198.51.100.50", ApiHost.Password, owners)).Status, Is.EqualTo(429), "Whoever has stolen the mark has so many tries.");
    }

    [Test]
    public async Task The_page_is_told_who_may_make_an_account()
    {
        Assert.That((await _nobody.Get("/api/v1/auth/options")).Json.GetProperty("sign_up").GetString(), Is.EqualTo("open"));
        await using var closed = await ApiHost.Start();
        using var nobody = closed.Nobody();
        Assert.That((await nobody.Get("/api/v1/auth/options")).Json.GetProperty("sign_up").GetString(), Is.EqualTo("closed"));
    }

    /// <summary>Tries until it is refused.</summary>
    private async Task<Answer> Exhaust(string email, string from, int expected)
    {
        for (var i = 0; i < expected; i++)
        {
            var tried = await Try(email, from);
            Assert.That(tried.Status, Is.EqualTo(401), $"{i}: {tried.Text}");
        }

        var refused = await Try(email, from);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "rate_limited")));
        return refused;
    }

    private Task<Answer> Try(string email, string from, string password = "wrong password", string? mark = null)
    {
        (string, string)[] headers = [("X-Forwarded-For", from), .. mark is null ? [] : Cookie(mark)];
        return _nobody.Post("/api/v1/auth/login", new { email, password }, headers);
    }

    private static (string, string)[] Cookie(string mark) => [("Cookie", $"meatlizard_device={mark}")];

    private static string Mark(Answer signedIn)
    {
        Assert.That(signedIn.Status, Is.EqualTo(200), signedIn.Text);
        return signedIn.Header("Set-Cookie")!.Split("meatlizard_device=")[1].Split(';')[0];
    }

    private static string? Detail(Answer refused) => refused.Json.GetProperty("detail").GetString();

    private static TimeSpan Wait(Answer refused) =>
        TimeSpan.FromSeconds(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture));
}
