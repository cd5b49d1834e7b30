using MeatLizard.Application.Relay.Providers;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>
/// Keeps questions from a provider that fails anyhow. Half of at least six tries within five minutes open it; it rests for half a minute, for
/// longer each time that it was not well again, and as long as it asks for itself. What a try that was cut short would have shown is not known.
/// </summary>
internal sealed partial class ProviderCircuit
{
    private const double TooMany = 0.5;
    private const int FewestTries = 6;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>Nobody is left alone for longer, whatever it asks for.</summary>
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _circuit;
    private readonly string _provider;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile ProviderFaultException? _last;
    private volatile Rest? _rest;

    public ProviderCircuit(string provider, TimeProvider time, ILogger log)
    {
        (_provider, _time, _log) = (provider, time, log);
        _circuit = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = tried => ValueTask.FromResult(Counts(tried.Outcome.Exception)),
                FailureRatio = TooMany,
                MinimumThroughput = FewestTries,
                SamplingDuration = Remembered,
                BreakDurationGenerator = opening => ValueTask.FromResult(RestAfter(opening.HalfOpenAttempts)),
                StateProvider = _state,
                OnOpened = opened => Open(opened.BreakDuration),
                OnClosed = _ => Close(),
            })
            .Build();
    }

    /// <summary>Whether the next question may go there: false while it rests, and while somebody else's shows whether it is well again.</summary>
    public bool MayBeAsked => _state.CircuitState switch
    {
        CircuitState.Closed => true,
        CircuitState.Open => _rest is not { } rest || _time.GetUtcNow() >= rest.Until,
        _ => false,
    };

    /// <exception cref="ProviderFaultException">The try's own, or that it rests.</exception>
    public async Task<T> Try<T>(Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await _circuit.ExecuteAsync(ask, cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            throw ProviderFaults.Resting(_provider, _rest?.Fault.Told.Message);
        }
    }

    /// <summary>What happens after a good beginning counts as well.</summary>
    public void Count(ProviderFaultException fault)
    {
        try
        {
            _circuit.Execute(() => throw fault);
        }
        catch (Exception known) when (known is ProviderFaultException or BrokenCircuitException)
        {
            // Counting it was all we wanted.
        }
    }

    /// <summary>Fills in what is to be said of it.</summary>
    public ProviderReading Tell(ProviderReading reading) => (_state.CircuitState, _rest) switch
    {
        (CircuitState.Closed, _) or (_, null) => reading,
        (CircuitState.Open, { } rest) when _time.GetUtcNow() < rest.Until => Tell(reading, CircuitPhase.Open, rest),
        (_, { } rest) => Tell(reading, CircuitPhase.HalfOpen, rest),
    };

    private static ProviderReading Tell(ProviderReading reading, CircuitPhase phase, Rest rest) => reading with
    {
        Circuit = phase,
        Code = rest.Fault.Told.Code,
        Cause = rest.Fault.Told.Message,
        RetriesAt = rest.Until,
    };

    private bool Counts(Exception? outcome)
    {
        if (outcome is ProviderFaultException fault)
        {
            _last = fault;
            return fault.Kind != FaultClass.OfTheRequest;
        }

        // Else a question that nobody waited for would close it.
        return outcome is OperationCanceledException && _state.CircuitState == CircuitState.HalfOpen;
    }

    private TimeSpan RestAfter(int failedProbes)
    {
        var rest = ShortestRest * Math.Pow(2, Math.Clamp(failedProbes, 0, 8));
        rest = rest < LongestRest ? rest : LongestRest;
        var wish = _last?.RetryAfter is { } asked && asked < LongestWish ? asked : _last?.RetryAfter is null ? TimeSpan.Zero : LongestWish;
        return wish > rest ? wish : rest;
    }

    private ValueTask Open(TimeSpan rest)
    {
        if (_last is { } fault)
        {
            _rest = new(fault, _time.GetUtcNow() + rest);
            LogOpened(_provider, rest, fault.Told.Code);
        }

        return default;
    }

    private ValueTask Close()
    {
        _rest = null;
        LogClosed(_provider);
        return default;
    }

    [LoggerMessage(LogLevel.Warning, "The provider {Provider} is not asked for {Rest}: {Code}.")]
    private partial void LogOpened(string provider, TimeSpan rest, string code);

    [LoggerMessage(LogLevel.Information, "The provider {Provider} is well again.")]
    private partial void LogClosed(string provider);

    private sealed record Rest(ProviderFaultException Fault, DateTimeOffset Until);
}
