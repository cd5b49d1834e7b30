using System.Diagnostics.Metrics;
using MeatLizard.Application.Pipeline;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Relay.Caching;

/// <summary>
/// Which answers are kept and given again. Only whole ones that a model ended by itself, to the very same request of the same user, and only
/// where the same question has the same answer, unless the caller says otherwise.
/// </summary>
public sealed class AnswerCache : IDisposable
{
    /// <summary>The request is at fault, or the model has said all it will: an old answer is none to that.</summary>
    private static readonly string[] Final =
    [
        "context_exceeded", "engine_refused", "provider_refused", "provider_declined", "embeddings_unsupported", "chat_unsupported",
        "input_too_long",
    ];

    private readonly IAnswerStore _store;
    private readonly AnswerCacheOptions _options;
    private readonly IWorkerRegistry _workers;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new(Telemetry.Name);
    private long _hits;
    private long _misses;
    private long _stale;

    public AnswerCache(IAnswerStore store, AnswerCacheOptions options, IWorkerRegistry workers, TimeProvider time)
    {
        (_store, _options, _workers, _time) = (store, options, workers, time);
        _meter.CreateObservableCounter(
            "meatlizard.answer_cache.lookups",
            () => new Measurement<long>[]
            {
                new(Volatile.Read(ref _hits), Outcome("hit")),
                new(Volatile.Read(ref _misses), Outcome("miss")),
                new(Volatile.Read(ref _stale), Outcome("stale")),
            },
            "{lookup}",
            "Questions that a kept answer would do for, by what came of it; stale: it stood in where nobody could answer.");
        _meter.CreateObservableGauge(
            "meatlizard.answer_cache.hit_ratio", () => Figures.HitRate ?? 0, "1", "Hits of all hits and misses since the host began.");
    }

    public bool IsEnabled => _options.Enabled;

    public CacheFigures Figures => new(Volatile.Read(ref _hits), Volatile.Read(ref _misses), Volatile.Read(ref _stale));

    /// <returns>Null when it can't be asked.</returns>
    public ValueTask<CacheSize?> Measure(CancellationToken cancellationToken) => _store.Measure(cancellationToken);

    public void Dispose() => _meter.Dispose();

    /// <summary>Before anybody is asked; whoever asks may ask this model.</summary>
    internal async ValueTask<CacheLook> Look(StatelessOrder order, UserId user, CancellationToken cancellationToken)
    {
        if (!MayKeep(order) || AnswerKey.Of(user, order) is not { } key)
        {
            return CacheLook.None;
        }

        var none = new CacheLook(key, null, new(CacheOutcome.Miss, TimeSpan.Zero));
        if (order.Cache == CacheUse.Refresh)
        {
            return none;
        }

        var found = await _store.Find(key, cancellationToken);
        var age = found is null ? default : _time.GetUtcNow() - found.WrittenAt;
        if (found is null || age > _options.Ttl + _options.StaleTtl || HasChanged(found, order))
        {
            Interlocked.Increment(ref _misses);
            return none;
        }

        Interlocked.Increment(ref (age <= _options.Ttl ? ref _hits : ref _misses));
        return none with { Found = found, Note = new(age <= _options.Ttl ? CacheOutcome.Hit : CacheOutcome.Stale, age) };
    }

    /// <summary>Whether an old answer may stand in where this is the end.</summary>
    internal static bool StandsInFor(MessageError end) => !Final.Contains(end.Code);

    /// <summary>It has stood in.</summary>
    internal void StoodIn() => Interlocked.Increment(ref _stale);

    /// <summary>A new answer has ended.</summary>
    internal async ValueTask Keep(
        AnswerKey key, StatelessOrder order, AnswerRecording recording, StatelessCompleted end, CancellationToken cancellationToken)
    {
        var answer = recording.End(end, _time.GetUtcNow());

        // What another model has said in its place would go on being said when the one that was asked for is back.
        if (answer.Finish != FinishReason.Length
            && answer.Size() <= _options.Largest
            && string.Equals(answer.Origin.Model, order.Model, StringComparison.OrdinalIgnoreCase))
        {
            var file = answer.Origin.Kind != OriginKind.Worker ? null
                : Models(order).FirstOrDefault(each => each.Worker == answer.Origin.Name).File;
            await _store.Keep(key, answer with { ModelFile = file }, cancellationToken);
        }
    }

    private bool MayKeep(StatelessOrder order) => _options.Enabled && order.Cache switch
    {
        CacheUse.Off => false,
        CacheUse.Use or CacheUse.Refresh => true,

        // Without a temperature a model has its own, which is seldom 0.
        _ => order.Kind == InferKind.Embed || (order.Tools is null && order.Parameters.Temperature == 0),
    };

    /// <summary>Somebody who is online has the model, and nobody of them in the file that this answer is of.</summary>
    private bool HasChanged(CachedAnswer answer, StatelessOrder order) =>
        answer.ModelFile is { } file && Models(order).ToArray() is { Length: > 0 } now && now.All(each => each.File != file);

    private IEnumerable<(string Worker, string File)> Models(StatelessOrder order) =>
        from worker in _workers.List()
        let model = ModelDescriptor.Find(worker.Models, order.Model)
        where model is not null
        select (worker.Id.Value, $"{model.SizeBytes} {model.Title}");

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);
}
