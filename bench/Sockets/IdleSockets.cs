using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.Api;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Bench.Sockets;

/// <summary>
/// What an idle WebSocket takes of resident memory: the difference between so many and a few, which have made the host compile all there is to
/// compile. They are of several users, since one may not have that many.
/// </summary>
internal sealed class IdleSockets(Stage stage) : IMeasure
{
    private const int First = 100;
    private const int More = 900;
    private const int PerUser = 32;
    private const int Room = 512;
    private const double Most = 30;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private readonly List<double> _ours = [];
    private readonly List<double> _bare = [];
    private StorageOptions _storage = null!;
    private IReadOnlyList<string> _keys = [];
    private int _round;

    public string Name => "ws-idle";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        _storage = await ProductHost.Fresh(stage, Database.Sqlite);
        _keys = await MakeKeys(_storage, cancellationToken);
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        Func<Task>[] sides = [() => Ours(cancellationToken), () => Bare(cancellationToken)];
        await sides[_round % 2]();
        await sides[++_round % 2]();
    }

    public IEnumerable<Row> Rows()
    {
        var ours = _ours.Median();
        yield return new(
            $"resident memory of an idle WebSocket, {First + More} open; bare: an echo's",
            Kilobytes(ours), Kilobytes(_bare.Median()), Kilobytes(ours), $"\u2264 {Most:0} KB", ours <= Most);
    }

    private static string Kilobytes(double value) => value.Text("0.0", "KB");

    private async Task Ours(CancellationToken cancellationToken)
    {
        var port = Stage.FreePort();
        await using var host = ProductHost.Launch(stage, _storage, port, model: null, LinkedProduct.NoWorker);
        using (var http = ProductHost.Client(port))
        {
            await host.Answers(http, "ready", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
        }

        _ours.Add(await Grown(host, port, "/api/v1/ws", i => _keys[i / PerUser], cancellationToken));
    }

    private async Task Bare(CancellationToken cancellationToken)
    {
        await using var echo = await BareHost.Start(stage, EchoServer.Verb);
        _bare.Add(await Grown(echo.Process, echo.Port, EchoServer.Path, _ => null, cancellationToken));
    }

    /// <returns>Kilobytes for each socket.</returns>
    private static async Task<double> Grown(
        ChildOfBench server, int port, string path, Func<int, string?> key, CancellationToken cancellationToken)
    {
        List<WireSocket> sockets = [];
        try
        {
            var before = await With(First);
            return (await With(First + More) - before) * 1024 / More;
        }
        finally
        {
            foreach (var socket in sockets)
            {
                socket.Dispose();
            }
        }

        async Task<double> With(int count)
        {
            while (sockets.Count < count)
            {
                var mine = key(sockets.Count);
                var socket = await WireSocket.Open(port, path, mine, Room, cancellationToken);
                sockets.Add(socket);
                if (mine is not null)
                {
                    // The product says hello.
                    _ = await socket.Receive(cancellationToken);
                }
            }

            await Task.Delay(Settling, cancellationToken);
            return server.Megabytes;
        }
    }

    /// <summary>In the database, before the host starts: over HTTP an account a few seconds is what one address may make.</summary>
    private static async Task<IReadOnlyList<string>> MakeKeys(StorageOptions storage, CancellationToken cancellationToken)
    {
        await using var app = ApiApplication.Build(
            [$"--DataFolder={storage.DataFolder}", "--Relay:LocalWorker=false", "--Identity:SignUp=Open", "--Logging:LogLevel:Default=Warning"]);
        _ = await ApiApplication.Prepare(app, cancellationToken);
        var useCases = app.Services.GetRequiredService<UseCases>();
        List<string> keys = [];
        while (keys.Count * PerUser < First + More)
        {
            var joined = await useCases.Send(
                new RegisterUser($"idle-{keys.Count}@example.org", "a password for the bench", Name: null), actor: null, cancellationToken);
            var actor = new Actor(joined.Value.Account.User.Id, Role.Member, []);
            keys.Add((await useCases.Send(new IssueKey("bench", [], ExpiresAt: null, Key: null), actor, cancellationToken)).Value.Secret!);
        }

        return keys;
    }
}
