using MeatLizard.Application.Inference;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The one llama-server of this process: started when a model is asked for, exchanged when another one is, started again when it dies,
/// ended when nobody has asked for a while.
/// </summary>
internal sealed partial class LlamaEngine : IAsyncDisposable, IDisposable
{
    private readonly LlamaOptions _options;
    private readonly ModelFolder _folder;
    private readonly LlamaBinary _binary;
    private readonly ChildLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger<LlamaEngine> _log;
    private readonly Func<int> _freePort;

    // Held while the server in use is found, started or exchanged: one change at a time, first come, first served.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _idle;
    private readonly Dictionary<string, StartPolicy> _policies = new(StringComparer.Ordinal);
    private Residence? _current;
    private Task? _disposal;

    public LlamaEngine(
        IOptions<LlamaOptions> options, ModelFolder folder, LlamaBinary binary, ChildLedger ledger, TimeProvider time,
        ILogger<LlamaEngine> log)
        : this(options, folder, binary, ledger, time, log, LlamaServer.FreePort)
    {
    }

    public LlamaEngine(
        IOptions<LlamaOptions> options, ModelFolder folder, LlamaBinary binary, ChildLedger ledger, TimeProvider time,
        ILogger<LlamaEngine> log, Func<int> freePort)
    {
        (_options, _folder, _binary, _ledger, _time, _log, _freePort) = (options.Value, folder, binary, ledger, time, log, freePort);
        _idle = time.CreateTimer(static x => ((LlamaEngine)x!).WhenIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        ledger.Sweep();
    }

    /// <summary>The server that is loaded now, if any.</summary>
    internal LlamaServer? Loaded
    {
        get
        {
            lock (_sync)
                return _current?.Server;
        }
    }

    /// <summary>A slot on a server with this model, which is loaded first when it must be.</summary>
    public async Task<EngineLease> TakeAsync(string? modelName, string? session, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
        var loaded = Loaded;
        var model = _folder.Find(modelName ?? (loaded is { Gone: false } ? loaded.Model.Name : null));
        var residence = model is { Fault: null } ? Enter(model) : null;
        if (residence is null)
        {
            if (_binary.Path is not { } binary)
                throw LlamaFaults.Missing(_binary.Problem!);
            if (model is null)
                throw LlamaFaults.Unknown(modelName, modelName is null ? _folder.Problem : null);
            if (model.Fault is not null)
                throw LlamaFaults.Bad(model.Name, model.Fault);
            residence = await EnterSlowlyAsync(binary, model, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            residence.WasAsked = true;
            var slot = await residence.Server.Slots.TakeAsync(session, cancellationToken).ConfigureAwait(false);
            return new EngineLease(residence.Server, slot, () => Leave(residence));
        }
        catch
        {
            Leave(residence);
            throw;
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync()
    {
        lock (_sync)
            _disposal ??= EndAsync();
        return new ValueTask(_disposal);
    }

    private async Task EndAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _idle.DisposeAsync().ConfigureAwait(false);
        // A start that is under way hears _ending, cleans up and opens the gate.
        await _gate.WaitAsync().ConfigureAwait(false);
        if (Evict() is { } server)
            await server.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The quick way in: the model is there, and no other one is being waited for.</summary>
    private Residence? Enter(ModelFile model)
    {
        if (_gate.CurrentCount == 0)
            return null;
        lock (_sync)
            return EnterCurrent(model);
    }

    private Residence? EnterCurrent(ModelFile model)
    {
        if (_current is not { } current || current.Server.Model != model || current.Server.Gone || _ending.IsCancellationRequested)
            return null;
        current.Guests++;
        _ = _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return current;
    }

    private async Task<Residence> EnterSlowlyAsync(string binary, ModelFile model, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        try
        {
            await _gate.WaitAsync(either.Token).ConfigureAwait(false);
            Task<Residence> arrival;
            try
            {
                lock (_sync)
                {
                    if (EnterCurrent(model) is { } current)
                    {
                        _gate.Release();
                        return current;
                    }
                }
                await WhenEmptyAsync(either.Token).ConfigureAwait(false);
                arrival = ArriveAsync(binary, model);
            }
            catch
            {
                _gate.Release();
                throw;
            }
            // The start goes on when its first caller leaves: others may wait for it by now, and the next caller surely comes.
            try
            {
                return await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                _ = arrival.ContinueWith(
                    x =>
                    {
                        if (x.IsCompletedSuccessfully)
                            Leave(x.Result);
                        else
                            _ = x.Exception;
                    },
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _ending.IsCancellationRequested)
        {
            throw LlamaFaults.Stopping();
        }
    }

    private async Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        Task? emptied = null;
        lock (_sync)
        {
            if (_current is { Guests: > 0 } current && !current.Server.Gone)
                emptied = current.Emptied.Task;
        }
        if (emptied is not null)
            await emptied.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called with the gate closed; opens it.</summary>
    private async Task<Residence> ArriveAsync(string binary, ModelFile model)
    {
        try
        {
            if (Evict() is { } old)
            {
                LogUnloading(old.Model.Name);
                await old.DisposeAsync().ConfigureAwait(false);
            }
            var server = await StartAsync(binary, model).ConfigureAwait(false);
            var residence = new Residence(server) { Guests = 1 };
            lock (_sync)
                _current = residence;
            _ = WatchAsync(residence);
            return residence;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<LlamaServer> StartAsync(string binary, ModelFile model)
    {
        var policy = Policy(model.Name);
        try
        {
            return await policy.Starts.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        var began = _time.GetTimestamp();
                        var server = await LlamaServer.StartAsync(binary, model, _options, _ledger, _freePort(), token)
                            .ConfigureAwait(false);
                        LogReady(model.Name, server.ProcessId, server.Slots.Count, server.ContextSize,
                            _time.GetElapsedTime(began).TotalMilliseconds);
                        return server;
                    }
                    catch (EngineException wrong)
                    {
                        policy.Last = wrong;
                        LogNotStarted(model.Name, model.Path, wrong.Message);
                        throw;
                    }
                },
                _ending.Token).ConfigureAwait(false);
        }
        catch (BrokenCircuitException open)
        {
            throw LlamaFaults.CircuitOpen(model.Name, policy.Last, open.RetryAfter);
        }
        catch (Exception wrong) when (wrong is System.ComponentModel.Win32Exception or IOException)
        {
            LogNotStarted(model.Name, model.Path, wrong.Message);
            throw LlamaFaults.Missing("llama-server can't be run on this machine. Check Inference:LlamaServer.");
        }
    }

    /// <summary>
    /// A server that ends by itself is started again, so that the next question finds it ready; once, until somebody asks. Whatever ends it when it
    /// rests, want of memory mostly, would end the next one too, and loading a large model over and over is all that this machine would do.
    /// </summary>
    private async Task WatchAsync(Residence residence)
    {
        var server = residence.Server;
        var code = await server.Exited.ConfigureAwait(false);
        lock (_sync)
        {
            if (_current != residence || _ending.IsCancellationRequested)
                return;
        }
        LogCrashed(server.Model.Name, code);
        var policy = Policy(server.Model.Name);
        policy.Last = LlamaFaults.Crashed(server.Model.Name, code, server.LastLines);
        policy.CountCrash();
        if (!residence.WasAsked)
            return;
        try
        {
            if (_binary.Path is { } binary && _folder.Find(server.Model.Name) is { Fault: null } model)
                Leave(await EnterSlowlyAsync(binary, model, _ending.Token).ConfigureAwait(false));
        }
        catch (Exception wrong) when (wrong is EngineException or OperationCanceledException)
        {
            // Logged where it happened; the next question tries again and gets the reason.
        }
    }

    private void Leave(Residence residence)
    {
        lock (_sync)
        {
            if (--residence.Guests > 0)
                return;
            residence.Emptied.TrySetResult();
            residence.Emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_current == residence && !_ending.IsCancellationRequested)
                _ = _idle.Change(_options.IdleUnloadAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private void WhenIdle()
    {
        // Whoever holds the gate is about to use the server.
        if (!_gate.Wait(0, CancellationToken.None))
            return;
        LlamaServer? server = null;
        lock (_sync)
        {
            if (_current is { Guests: 0 })
                server = Evict();
        }
        _ = EndIdleAsync(server);
    }

    private async Task EndIdleAsync(LlamaServer? server)
    {
        try
        {
            if (server is null)
                return;
            LogUnloading(server.Model.Name);
            await server.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private LlamaServer? Evict()
    {
        lock (_sync)
        {
            var server = _current?.Server;
            _current = null;
            return server;
        }
    }

    private StartPolicy Policy(string model)
    {
        lock (_sync)
            return _policies.TryGetValue(model, out var policy) ? policy : _policies[model] = new StartPolicy(_time);
    }

    [LoggerMessage(
        LogLevel.Information,
        "llama-server {ProcessId} is ready with {Model}: {Slots} slots of {ContextSize} tokens, after {Milliseconds:0} ms")]
    private partial void LogReady(string model, int processId, int slots, int contextSize, double milliseconds);

    [LoggerMessage(LogLevel.Error, "llama-server did not start with {Model} ({Path}): {Reason}")]
    private partial void LogNotStarted(string model, string path, string reason);

    [LoggerMessage(LogLevel.Error, "llama-server with {Model} ended by itself with code {Code}")]
    private partial void LogCrashed(string model, int code);

    [LoggerMessage(LogLevel.Information, "Unloading {Model}")]
    private partial void LogUnloading(string model);

    private sealed class Residence(LlamaServer server)
    {
        public LlamaServer Server { get; } = server;
        public int Guests { get; set; }

        /// <summary>Somebody has come to it with a question.</summary>
        public bool WasAsked { get; set; }

        public TaskCompletionSource Emptied { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
