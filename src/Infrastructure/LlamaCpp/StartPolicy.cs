using MeatLizard.Application.Inference;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// How often a model's llama-server is started again: with growing pauses, and after a row of failures not at all for a few seconds.
/// </summary>
internal sealed class StartPolicy
{
    private readonly ResiliencePipeline _circuit;

    public StartPolicy(TimeProvider time)
    {
        var fails = new PredicateBuilder().Handle<EngineException>(x => x.Retryable);
        _circuit = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = fails,
                FailureRatio = 0.5,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
            })
            .Build();
        Starts = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // One that hung for minutes is not made to hang again while its caller waits.
                ShouldHandle = new PredicateBuilder().Handle<EngineException>(x => x.Retryable && x.InnerException is not TimeoutException),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
            })
            .AddPipeline(_circuit)
            .Build();
    }

    public ResiliencePipeline Starts { get; }

    public EngineException? Last { get; set; }

    /// <summary>A crash after a good start counts like a failed one.</summary>
    public void CountCrash()
    {
        try
        {
            _circuit.Execute(() => throw Last!);
        }
        catch (Exception known) when (known is EngineException or BrokenCircuitException)
        {
            // Counting it was all we wanted.
        }
    }
}
