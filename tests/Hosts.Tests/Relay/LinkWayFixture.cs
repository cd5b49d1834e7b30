using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>A server and a worker with a link between them that can go wrong; both ends keep it as the product does.</summary>
internal abstract class LinkWayFixture
{
    protected static readonly WorkerId Worker = new("anna-mac");

    private IHost? _worker;

    protected ApiHost Host { get; private set; } = null!;

    protected ApiClient Owner { get; private set; } = null!;

    protected CuttableWay Way { get; private set; } = null!;

    protected IServiceProvider WorkerServices => _worker!.Services;

    [SetUp]
    public async Task Start()
    {
        Host = await ApiHost.Start(ApiHost.NoWorker);
        Owner = await Host.Owner();
        Way = new(Host.Address.Port);
    }

    [TearDown]
    public async Task Stop()
    {
        Way.Up();
        if (_worker is not null)
        {
            await _worker.StopAsync();
            _worker.Dispose();
            _worker = null;
        }

        Owner.Dispose();
        await Host.DisposeAsync();
        await Way.DisposeAsync();
    }

    protected async Task Join(PacedEngine engine)
    {
        var invited = await Owner.Post("/api/v1/admin/workers", new { name = Worker.Value });
        using var nobody = Host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        var root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        _worker = await LinkedWorker.Start(new($"http://127.0.0.1:{Way.Port}/"), Worker.Value, root, engine);
        await Eventually.Is(() => Host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id == Worker && known.Models.Count > 0));
    }
}
