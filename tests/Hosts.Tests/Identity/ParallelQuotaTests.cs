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
    private ApiClient _other = null!;

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
        _other = await _host.Member("other");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        _other.Dispose();
        _owner.Dispose();
        await _host.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [TestCase("user")]
    [TestCase("place")]
    public async Task Of_open_answers(string scope) => await Hold(7, new { scope, measure = "concurrency", amount = 7 }, scope);

    [TestCase("user")]
    [TestCase("key")]
    public async Task Of_tokens(string scope)
    {
        await Hold(11, new { scope, measure = "tokens", window = "month", amount = (12 * EachMayCost) - 1 }, scope);
        var month = (await _caller.Get("/api/v1/me/usage")).Json.GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("measure").GetString() == "tokens");
        Assert.That(month.GetProperty("used").GetInt32(), Is.EqualTo(11 * 9), "what they have cost, and nothing that was held");
    }

    [TestCase("model", "echo")]
    [TestCase("group", "*")]
    public async Task Of_requests(string scope, string id)
    {
        var group = (await _owner.Post("/api/v1/admin/groups", new { name = "callers" })).Id;
        foreach (var member in new[] { _caller, _other })
        {
            Assert.That((await _owner.Put($"/api/v1/admin/groups/{group}/members/{member.UserId}", new { })).Status, Is.EqualTo(204));
        }

        await Hold(9, new { scope, scope_id = id, window = "hour", amount = 9 }, scope);
    }

    /// <summary>Those who are let in are held until all others have been refused. What is shared is asked for by two.</summary>
    private async Task Hold(int granted, object limit, string scope)
    {
        Assert.That((await _owner.Put("/api/v1/admin/limits", limit)).Status, Is.EqualTo(200));
        var callers = scope is "user" or "key" ? [_caller] : new[] { _caller, _other };
        var sessions = scope == "place" ? await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => callers[i % callers.Length].OpenSession())) : null;
        _host.Engine.Hold();
        var calls = Enumerable.Range(0, Callers).Select(i => sessions is null
            ? callers[i % callers.Length].Post(
                "/v1/chat/completions",
                new { model = "echo", max_tokens = 100, messages = new[] { new { role = "user", content = "hold this!" } } })
            : callers[i % callers.Length].Post($"/api/v1/sessions/{sessions[i]}/messages", new { content = "hold this!" })).ToArray();
        await Eventually.Is(() => calls.Count(call => call.IsCompleted) >= Callers - granted, TimeSpan.FromSeconds(60));
        if (sessions is not null)
        {
            // Who is let in hears so at once; all must have asked before the first place is free again.
            await Task.WhenAll(calls);
        }

        _host.Engine.Release();
        var answers = await Task.WhenAll(calls);
        Assert.That(
            answers.CountBy(answer => answer.Status).ToDictionary(),
            Is.EqualTo(new Dictionary<int, int> { [sessions is null ? 200 : 202] = granted, [429] = Callers - granted }));
        Assert.That(
            answers.Where(answer => answer.Status == 429).Select(answer => answer.Header("Retry-After")),
            Is.EqualTo(answers.Where(answer => answer.Status == 429).Select(answer => Left(answer, scope))));
    }

    /// <summary>The time that the limit which was met has left, as it says itself; a second where it has none.</summary>
    private static string Left(Answer refused, string scope)
    {
        var met = refused.Header("RateLimit")!;
        Assert.That(met, Does.StartWith($"\"{scope}-"));
        return met.Split(";t=") is [_, var time] ? time : "1";
    }
}
