using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>
/// What is done to keys, sign-ins and people at one host holds at the other within five seconds, for its calls and for what is open there; with
/// Redis at once. Two hosts over one PostgreSQL, and a clock that stands still until it is moved.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
[Parallelizable(ParallelScope.Self)]
internal sealed class ElsewhereTests(bool withRedis)
{
    private const string NewPassword = "another horse battery";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    private StoppedClock _clock = null!;
    private TestRedis? _redis;
    private TestDatabase _database = null!;
    private ApiHost _here = null!;
    private ApiHost _there = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _clock = new();
        _redis = withRedis ? await TestRedis.Start() : null;
        _database = await TestDatabase.Create(Database.Postgres);
        _here = await Host();
        _there = await Host();
        _owner = await _here.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _there.DisposeAsync();
        await _here.DisposeAsync();
        await _database.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [Test]
    public async Task A_revoked_key()
    {
        using var here = await _here.Member("anna");
        using var there = At(_there, here);
        await Ends(there, async () => Assert.That((await here.Delete($"/api/v1/keys/{here.KeyId}")).Status, Is.EqualTo(204)));
    }

    [Test]
    public async Task An_ended_sign_in()
    {
        using var there = At(_there, await _here.SignIn(ApiHost.OwnerEmail));
        var mine = (await there.Get("/api/v1/me/sign-ins")).Json.GetProperty("items").EnumerateArray()
            .Single(signIn => signIn.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        await Ends(there, async () => Assert.That((await _owner.Delete($"/api/v1/me/sign-ins/{mine}")).Status, Is.EqualTo(204)));
    }

    [Test]
    public async Task A_changed_password_ends_the_other_sign_ins()
    {
        using var there = At(_there, await _here.SignIn(ApiHost.OwnerEmail));
        await Ends(there, async () => Assert.That(
            (await _owner.Post("/api/v1/me/password", new { current = ApiHost.Password, password = NewPassword })).Status, Is.EqualTo(204)));
        Assert.That((await At(_there, _owner).Get("/api/v1/me")).Status, Is.EqualTo(200), "but the one that has changed it");
    }

    [Test]
    public async Task A_suspended_person()
    {
        using var here = await _here.Member("anna");
        using var there = At(_there, here);

        // Not known at the host where it is said.
        await Ends(there, async () => Assert.That(
            (await _owner.Patch($"/api/v1/admin/users/{here.UserId}", new { status = "suspended" })).Status, Is.EqualTo(200)));
    }

    [Test]
    public async Task A_second_sign_in_is_good_and_seen_at_once()
    {
        using var second = await _there.SignIn(ApiHost.OwnerEmail);
        Assert.That((await At(_here, second).Get("/api/v1/me")).Status, Is.EqualTo(200));
        foreach (var at in new[] { _owner, At(_there, _owner) })
        {
            Assert.That((await at.Get("/api/v1/me/sign-ins")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        }
    }

    /// <summary>Calls and an open socket of somebody at the other host end with it.</summary>
    private async Task Ends(ApiClient there, Func<Task> act)
    {
        using var socket = await Socket.Open(_there, there);
        _ = await socket.Next("hello");
        var closed = Closed(socket);
        Assert.That((await there.Get("/api/v1/me")).Status, Is.EqualTo(200));
        await act();
        if (withRedis)
        {
            await Eventually.Is(async () => (await there.Get("/api/v1/me")).Status == 401);
        }
        else
        {
            _clock.Advance(Within);
            Assert.That((await there.Get("/api/v1/me")).Status, Is.EqualTo(401));
        }

        await closed;
        Assert.That((int?)socket.Closed, Is.EqualTo(4001));
    }

    private static async Task Closed(Socket socket)
    {
        while (await socket.Next() is not null)
        {
        }
    }

    private static ApiClient At(ApiHost host, ApiClient caller) =>
        new(host.Address) { Key = caller.Key, KeyId = caller.KeyId, UserId = caller.UserId, Cookie = caller.Cookie };

    private async Task<ApiHost> Host()
    {
        string[] arguments =
        [
            .. ApiHost.WithOwner,
            ApiHost.NoWorker,
            .. _database.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            $"--Security:MasterKey={new string('7', 64)}",
            .. _redis is null ? [] : new[] { $"--Redis:ConnectionString={_redis.ConnectionString}" },
        ];
        var host = await ApiHost.Start(arguments, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock)));
        if (_redis is not null)
        {
            await Eventually.Is(() => host.Services.GetRequiredService<RedisLink>().Answers);
        }

        return host;
    }
}
