using System.Globalization;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// Says every so often how the worker is, so that a server that can't see lost connections notices a lost worker; and lets the worker
/// rest while its battery is low.
/// </summary>
internal sealed partial class WorkerPulse(
    IWorkerConnection connection,
    IEngineCatalog catalog,
    IInferenceJobs jobs,
    WorkerReadiness readiness,
    IHostPower power,
    IHostSensors sensors,
    WorkerOptions options,
    TimeProvider time,
    ILogger<WorkerPulse> logger) : BackgroundService
{
    /// <summary>A speed over less than this says little; the one before stands.</summary>
    private static readonly TimeSpan ShortestMeasure = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _gate = new(1);
    private long _number;
    private long _tokens;
    private long _measuredTokens;
    private long _measuredAt = time.GetTimestamp();
    private double _speed;
    private PowerReading? _power;
    private SensorReading _sensed = SensorReading.Nothing;

    /// <summary>What the machine ran on at the last look; null where nobody can tell.</summary>
    public PowerReading? Power => Volatile.Read(ref _power);

    /// <summary>One more piece of an answer has come from the engine, which is about a token.</summary>
    public void CountToken() => Interlocked.Increment(ref _tokens);

    /// <summary>Says it now: something has changed, or somebody has come who does not know.</summary>
    public async Task Beat(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var slots = catalog.Models.Count == 0 ? 1 : catalog.Models.Max(model => model.Slots);
            await connection.Send(
                new Heartbeat(_number++, Math.Max(0, slots - jobs.CountOpen()), Speed(), _sensed.Gpu, Power?.ToString(), _sensed.Thermal)
                {
                    Draining = readiness.Reason,
                    Memory = _sensed.Memory,
                    GpuMemory = _sensed.GpuMemory,
                },
                cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override void Dispose()
    {
        _gate.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.BeatEvery, time);
        try
        {
            do
            {
                await LookAtThePower(stoppingToken);
                Volatile.Write(ref _sensed, await sensors.Read(stoppingToken));
                await Beat(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Rests below the limit, and until there is mains again: a battery that hovers around the limit must not make it come and go.</summary>
    private async Task LookAtThePower(CancellationToken cancellationToken)
    {
        var now = await power.Read(cancellationToken);
        Volatile.Write(ref _power, now);
        if (now is { OnMains: false, Percent: { } percent } && percent < options.MinBattery)
        {
            if (!readiness.IsDraining)
            {
                LogRests(percent, options.MinBattery);
            }

            readiness.Rest(string.Create(
                CultureInfo.InvariantCulture,
                $"It runs on its battery, at {percent} %. Below {options.MinBattery} % it takes nothing new until it is on mains."));
        }
        else if (now is not { OnMains: false })
        {
            readiness.Rest(null);
        }
    }

    private double Speed()
    {
        var elapsed = time.GetElapsedTime(_measuredAt);
        if (elapsed >= ShortestMeasure)
        {
            var tokens = Interlocked.Read(ref _tokens);
            _speed = Math.Round((tokens - _measuredTokens) / elapsed.TotalSeconds, 1);
            (_measuredTokens, _measuredAt) = (tokens, time.GetTimestamp());
        }

        return _speed;
    }

    [LoggerMessage(LogLevel.Warning, "On its battery, at {Percent} %: the worker takes nothing new below {Limit} % until it is on mains.")]
    private partial void LogRests(int percent, int limit);
}
