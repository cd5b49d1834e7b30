using MediatR;

namespace MeatLizard.Application.Pipeline;

/// <summary>One activity and one duration for each use case, named after it; never its contents.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(Telemetry telemetry, TimeProvider time) : IPipelineBehavior<TRequest, TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = telemetry.Activities.StartActivity(typeof(TRequest).Name);
        var started = time.GetTimestamp();
        try
        {
            return await next();
        }
        finally
        {
            telemetry.UseCaseDuration.Record(
                time.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("use_case", typeof(TRequest).Name));
        }
    }
}
