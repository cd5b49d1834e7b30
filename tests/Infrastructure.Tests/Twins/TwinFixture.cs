using MeatLizard.Infrastructure.Tests.Redis;
using MeatLizard.Testing.Redis;

namespace MeatLizard.Infrastructure.Tests.Twins;

/// <summary>One body of tests for both twins of a port.</summary>
internal abstract class TwinFixture(Twin twin)
{
    private TestRedis? _redis;

    protected Twin Twin => twin;

    /// <summary>Null for the embedded twin.</summary>
    protected RedisHost? Host { get; private set; }

    protected TestRedis Redis => _redis!;

    [OneTimeSetUp]
    public async Task StartRedis() => _redis = twin == Twin.Redis ? await TestRedis.Start() : null;

    [OneTimeTearDown]
    public async Task StopRedis()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    [SetUp]
    public async Task StartHost()
    {
        if (_redis is not null)
        {
            Host = await RedisHost.Start(_redis, "Redis:Prefix", $"t{Guid.NewGuid():N}", "Redis:Timeout", "00:00:10");
        }
    }

    [TearDown]
    public async Task StopHost()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }
    }
}
