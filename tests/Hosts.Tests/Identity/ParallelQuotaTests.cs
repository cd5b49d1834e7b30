using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity;

/// <summary>A thousand callers at once get exactly what there is, with the counts in memory and in Redis.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ParallelQuotaTests(bool withRedis)
{
    private const int Callers = 1000;
    private const int EachMayCost = 103;

    private TestRedis? _redis;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _redis = withRedis ? await TestRedis.Start() : null;
        _host = await ApiHost.Start(
        [
            "--Limits:PerHour=100000", "--Relay:AcknowledgeWithin=00:01:00", "--Relay:FirstTokenWithin=00:02:00",
            .. _redis is null ? [] : new[] { $"--Redis:ConnectionString={_redis.ConnectionString}", "--Redis:Timeout=00:00:10" },
        ]);
        if (_redis is not null)
        {
            await Eventually.Is(() => _host.Services.GetRequiredService<RedisLink>().Answers);
        }

        _owner = await _host.Owner();
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        _owner.Dispose();
        await _host.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [Test]
    public async Task Of_open_answers() => await Hold(7, new { scope = "user", measure = "concurrency", amount = 7 });

    [Test]
    public async Task Of_tokens()
    {
        await Hold(11, new { scope = "user", measure = "tokens", window = "month", amount = (12 * EachMayCost) - 1 });
        var month = (await _caller.Get("/api/v1/me/usage")).Json.GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("measure").GetString() == "tokens");
        Assert.That(month.GetProperty("used").GetInt32(), Is.EqualTo(11 * 9), "what they have cost, and nothing that was held");
    }

    [Test]
    public async Task Of_requests() => await Hold(9, new { scope = "model", scope_id = "echo", window = "hour", amount = 9 });

    /// <summary>Those who are let in are held until all others have been refused.</summary>
    private async Task Hold(int granted, object limit)
    {
        Assert.That((await _owner.Put("/api/v1/admin/limits", limit)).Status, Is.EqualTo(200));
        _host.Engine.Hold();
        var calls = Enumerable.Range(0, Callers).Select(_ => _caller.Post(
            "/v1/chat/completions",
            new { model = "echo", max_tokens = 100, messages = new[] { new { role = "user", content = "hold this!" } } })).ToArray();
        await Eventually.Is(() => calls.Count(call => call.IsCompleted) >= Callers - granted, TimeSpan.FromSeconds(60));
        _host.Engine.Release();
        var answers = await Task.WhenAll(calls);
        Assert.That(answers.CountBy(answer => answer.Status).ToDictionary(), Is.EqualTo(new Dictionary<int, int> { [200] = granted, [429] = Callers - granted }));
        Assert.That(answers.Where(answer => answer.Status == 429).Select(answer => answer.Header("Retry-After")), Has.All.Not.Null);
    }
}
