using System.Buffers.Binary;
using MeatLizard.Application.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Hosts.Tests.Identity.Lockout;

/// <summary>The time of an answer is the time of its hashes: there are as many whether an account exists or not.</summary>
[TestFixture]
internal sealed class SignInWorkTests
{
    private Counted _hashes = null!;
    private ApiHost _host = null!;
    private ApiClient _nobody = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _hashes = new();
        _host = await ApiHost.Start(
            [.. ApiHost.WithOwner, "--Identity:SignUp=Open"], services => services.Replace(ServiceDescriptor.Singleton<IPasswordHasher>(_hashes)));
        _nobody = _host.Nobody();
        Assert.That((await Register("suspended@example.org")).Status, Is.EqualTo(201));
        using var owner = await _host.Owner();
        var users = (await owner.Get("/api/v1/admin/users")).Json.GetProperty("items").EnumerateArray();
        var id = users.Single(user => user.GetProperty("email").GetString() == "suspended@example.org").GetProperty("id").GetString();
        Assert.That((await owner.Patch($"/api/v1/admin/users/{id}", new { status = "suspended" })).Status, Is.EqualTo(200));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _nobody.Dispose();
        await _host.DisposeAsync();
    }

    [TestCase(ApiHost.OwnerEmail, "wrong password")]
    [TestCase("nobody@example.org", "wrong password")]
    [TestCase("nobody@example.org", ApiHost.Password)]
    [TestCase("no address at all", "wrong password")]
    [TestCase("suspended@example.org", "wrong password")]
    [TestCase("suspended@example.org", ApiHost.Password)]
    public async Task Every_refused_sign_in_verifies_once_and_says_the_same(string email, string password)
    {
        var before = _hashes.Counts;
        var answer = await _nobody.Post("/api/v1/auth/login", new { email, password });
        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "wrong_credentials")));
        Assert.That(answer.Json.GetProperty("detail").GetString(), Is.EqualTo("The e-mail address or the password is wrong."));
        Assert.That(_hashes.Since(before), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Registering_hashes_once_whether_the_address_is_taken_or_not()
    {
        var before = _hashes.Counts;
        Assert.That((await Register("fresh@example.org")).Status, Is.EqualTo(201));
        Assert.That(_hashes.Since(before), Is.EqualTo((1, 0)));
        before = _hashes.Counts;
        Assert.That((await Register("fresh@example.org")).Status, Is.EqualTo(409));
        Assert.That(_hashes.Since(before), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_password_is_hashed_a_hundred_thousand_times()
    {
        // Version 3 of the framework's form: a mark, the function, then the count.
        var hash = Convert.FromBase64String(_hashes.Hash(ApiHost.Password));
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)), Is.GreaterThanOrEqualTo(100_000));
    }

    private Task<Answer> Register(string email) => _nobody.Post("/api/v1/auth/register", new { email, password = ApiHost.Password });

    private sealed class Counted : IPasswordHasher
    {
        private readonly FrameworkPasswordHasher _inner = new(Options.Create(new PasswordHasherOptions()));
        private int _hashed;
        private int _verified;

        public (int Hashed, int Verified) Counts => (Volatile.Read(ref _hashed), Volatile.Read(ref _verified));

        public (int Hashed, int Verified) Since((int Hashed, int Verified) before) => (Counts.Hashed - before.Hashed, Counts.Verified - before.Verified);

        public string Hash(string password)
        {
            Interlocked.Increment(ref _hashed);
            return _inner.Hash(password);
        }

        public bool Verify(string? hash, string password)
        {
            Interlocked.Increment(ref _verified);
            return _inner.Verify(hash, password);
        }
    }
}
