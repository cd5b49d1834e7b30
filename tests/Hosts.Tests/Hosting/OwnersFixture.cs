namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>One host with its owner signed in, for all tests of a fixture.</summary>
internal abstract class OwnersFixture
{
    protected ApiHost Host { get; private set; } = null!;

    protected ApiClient Owner { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Host = await ApiHost.Start();
        Owner = await Host.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Owner.Dispose();
        await Host.DisposeAsync();
    }
}
