using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>One running llama-server with its one model, from ready to gone.</summary>
internal sealed class LlamaServer : IAsyncDisposable
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan LaterLooks = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;
    private readonly IDisposable _entry;
    private volatile bool _killed;
    private long _lastSign = Stopwatch.GetTimestamp();

    private LlamaServer(ModelFile model, ChildProcess process, IDisposable entry, int port, string key)
    {
        Model = model;
        _process = process;
        _entry = entry;
        Line = new LlamaLine(port, key);
        Http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            // An answer that nobody wants any more is not read to its end: the connection closes, and llama-server does no more for it.
            MaxResponseDrainSize = 0,
        })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = new("Bearer", key), ConnectionClose = true },
        };
        Slots = new SlotTable(model.Descriptor.Slots);
    }

    public ModelFile Model { get; }

    /// <summary>For questions whose answers are streams.</summary>
    public LlamaLine Line { get; }

    /// <summary>For whatever is no stream.</summary>
    public HttpClient Http { get; }

    public SlotTable Slots { get; private set; }

    /// <summary>Tokens for each slot, as llama-server itself says.</summary>
    public int ContextSize { get; private set; }

    public int ProcessId => _process.Id;
    public Task<int> Exited => _process.Exited;
    public IReadOnlyList<string> LastLines => _process.LastLines;

    /// <summary>How long ago any of its streams last said anything.</summary>
    public TimeSpan SilentFor => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastSign));

    public void Heard() => Volatile.Write(ref _lastSign, Stopwatch.GetTimestamp());

    /// <summary>Nobody new may use it: it ended, or was killed and is just about to.</summary>
    public bool Gone => _killed || _process.Exited.IsCompleted;

    public void Kill()
    {
        _killed = true;
        _process.Kill();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Returns when it answers; whatever was started is gone again when this throws.</summary>
    public static async Task<LlamaServer> StartAsync(
        string binary, ModelFile model, LlamaOptions options, ChildLedger ledger, int port, CancellationToken cancellationToken)
    {
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var process = await ChildProcess.StartAsync(
            binary, LlamaCommandLine.Arguments(model, options, port), LlamaCommandLine.Surroundings(key), cancellationToken)
                .ConfigureAwait(false);
        var server = new LlamaServer(model, process, ledger.Enter(process.Id), port, key);
        try
        {
            await server.ReadyAsync(options.StartWithin, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Line.Dispose();
        Http.Dispose();
        await _process.DisposeAsync().ConfigureAwait(false);
        _entry.Dispose();
    }

    private async Task ReadyAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        var ready = LookAsync(patience.Token);
        await Task.WhenAny(ready, _process.Exited).ConfigureAwait(false);
        // A child that is gone answers no question that may still be open.
        if (_process.Exited.IsCompleted)
            await patience.CancelAsync().ConfigureAwait(false);
        try
        {
            await ready.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_process.Exited.IsCompleted)
                throw LlamaFaults.EndedAtStart(Model.Name, await _process.Exited.ConfigureAwait(false), LastLines);
            Kill();
            throw LlamaFaults.NotReady(Model.Name, within, LastLines);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var pause = FirstLook;
        while (!await AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 < LaterLooks ? pause * 1.5 : LaterLooks;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using (var health = await Http.GetAsync("health", cancellationToken).ConfigureAwait(false))
            {
                if (health.StatusCode != HttpStatusCode.OK)
                    return false;
            }
            // Anybody may answer on a port that we only believed to be free; only ours knows this key and this name.
            using var answer = await Http.GetAsync("props", cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                return false;
            var props = await answer.Content.ReadFromJsonAsync(LlamaJson.Default.LlamaProps, cancellationToken).ConfigureAwait(false);
            if (props is null || props.ModelAlias != Model.Name)
                return false;
            ContextSize = props.DefaultGenerationSettings is { NCtx: > 0 and var size } ? size : Model.Descriptor.ContextSize;
            if (props.TotalSlots > 0 && props.TotalSlots != Slots.Count)
                Slots = new SlotTable(props.TotalSlots);
            return true;
        }
        catch (Exception wrong) when (wrong is HttpRequestException or System.Text.Json.JsonException or NotSupportedException)
        {
            return false;
        }
    }
}
