using MeatLizard.Application;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.Api;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Bench;

/// <summary>Processor time of an API host with 200 workers that have dialled in and rest, and of one with none.</summary>
internal sealed class IdleWorkers(Stage stage) : IMeasure
{
    private const int Count = 200;
    private const double Most = 0.01;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly List<double> _used = [];
    private readonly List<double> _alone = [];
    private ChildOfBench _host = null!;
    private ChildOfBench _empty = null!;

    public string Name => "idle-workers";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var storage = await ProductHost.Fresh(stage, Database.Sqlite);
        var roots = await Enrol(storage, cancellationToken);
        _empty = await Start(await ProductHost.Fresh(stage, Database.Sqlite), Stage.FreePort());
        var port = Stage.FreePort();
        _host = await Start(storage, port);
        var server = new Uri($"http://127.0.0.1:{port}/");
        var workers = roots.Select(worker => stage.Keep(new IdleWorker(new LinkOptions(server, worker.Id, worker.Root, Proxy: null)))).ToArray();
        using var late = new CancellationTokenSource(Within);
        while (!workers.All(worker => worker.IsConnected))
        {
            _host.MustRun();
            await Task.Delay(TimeSpan.FromMilliseconds(100), late.Token);
        }

        await Task.Delay(Settling, cancellationToken);
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var (host, empty) = (_host.ProcessorTime, _empty.ProcessorTime);
        await Task.Delay(Watched, cancellationToken);
        _used.Add((_host.ProcessorTime - host) / Watched);
        _alone.Add((_empty.ProcessorTime - empty) / Watched);
    }

    public IEnumerable<Row> Rows()
    {
        var used = _used.Median();
        yield return new(
            $"processor time of the API host with {Count} idle workers on the link, of one core; bare: without any",
            used.Percent(),
            _alone.Median().Percent(),
            used.Percent(),
            $"\u2264 {Most.Percent()}",
            used <= Most);
    }

    /// <summary>
    /// In the database, before the host starts: over HTTP a code a few seconds is what one address may bring.
    /// </summary>
    private static async Task<IReadOnlyList<EnrolledWorker>> Enrol(StorageOptions storage, CancellationToken cancellationToken)
    {
        await using var app = ApiApplication.Build([$"--DataFolder={storage.DataFolder}", "--Relay:LocalWorker=false"]);
        _ = await ApiApplication.Prepare(app, cancellationToken);
        var useCases = app.Services.GetRequiredService<UseCases>();
        var admin = new Actor(new(Guid.CreateVersion7()), Role.Owner, []);
        List<EnrolledWorker> enrolled = [];
        for (var i = 0; i < Count; i++)
        {
            var invited = await useCases.Send(new InviteWorker($"idle-{i}"), admin, cancellationToken);
            enrolled.Add((await useCases.Send(new EnrolWorker(invited.Value.Code, Claim: null), actor: null, cancellationToken)).Value);
        }

        return enrolled;
    }

    private async Task<ChildOfBench> Start(StorageOptions storage, int port)
    {
        var process = stage.Keep(ProductHost.Launch(stage, storage, port, model: null, LinkedProduct.NoWorker));
        using var http = ProductHost.Client(port);
        await process.Answers(http, "ready", Within, TimeSpan.FromMilliseconds(50));
        return process;
    }
}
