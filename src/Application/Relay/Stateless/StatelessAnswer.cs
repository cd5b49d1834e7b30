using System.Runtime.CompilerServices;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>
/// What comes of a call: what a worker says as it says it, or what was said before to the very same. The caller reads it to its end, and
/// disposes of it, which stops whatever is still being done for it. For one reader.
/// </summary>
public sealed class StatelessAnswer : IAsyncDisposable
{
    private readonly StatelessCall? _call;
    private readonly StatelessOrder _order;
    private readonly CacheLook _look;
    private readonly AnswerCache _cache;
    private readonly StatelessRelay _relay;
    private readonly Actor _actor;

    /// <param name="call">Null: what was found is given.</param>
    internal StatelessAnswer(
        RequestId id, StatelessCall? call, StatelessOrder order, CacheLook look, AnswerCache cache, StatelessRelay relay, Actor actor)
    {
        (Id, _call, _order, _look, _cache, _relay, _actor) = (id, call, order, look, cache, relay, actor);
        CreatedAt = call?.CreatedAt ?? relay.Time.GetUtcNow();
    }

    public RequestId Id { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>What was asked of the limits; null where nothing was.</summary>
    public RateVerdict? Limits => _call?.Limits;

    /// <summary>
    /// Whether the caller can still be told who answers. False: an old answer does not stand in any more, for it would be taken for a new one.
    /// </summary>
    public bool TakesLabel { get; set; } = true;

    /// <summary>What happens, to the end. It ends with one of the two that say so, unless it is cancelled.</summary>
    public async IAsyncEnumerable<StatelessEvent> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_call is null)
        {
            foreach (var said in Replay())
            {
                yield return said;
            }

            yield break;
        }

        var recording = new AnswerRecording();
        await foreach (var happened in _call.Read(cancellationToken))
        {
            switch (happened)
            {
                case StatelessStarted started when _look.Key is not null:
                    yield return started with { Cache = new(CacheOutcome.Miss, TimeSpan.Zero) };
                    continue;
                case StatelessPiece { Piece: var piece } when _look.Key is not null:
                    recording.Add(piece);
                    break;
                case StatelessVector vector when _look.Key is not null:
                    recording.Add(vector);
                    break;
                case StatelessCompleted end when _look.Key is { } key:
                    // Before the caller hears of the end, who may ask again at once.
                    await _cache.Keep(key, _order, recording, end, cancellationToken);
                    break;
                case StatelessFailed { Error: var error } when _look.IsStale && recording.IsEmpty && TakesLabel && AnswerCache.StandsInFor(error):
                    foreach (var said in Replay())
                    {
                        yield return said;
                    }

                    yield break;
            }

            yield return happened;
        }
    }

    public ValueTask DisposeAsync() => _call?.DisposeAsync() ?? ValueTask.CompletedTask;

    private IEnumerable<StatelessEvent> Replay()
    {
        var (answer, note) = (_look.Found!, _look.Note!);
        if (note.Outcome == CacheOutcome.Stale)
        {
            _cache.StoodIn();
        }

        // Nobody waits for this row, which costs nothing to anybody; what goes wrong with it is logged.
        _ = _relay.Record(
            new(Id, _actor.UserId, answer.Origin.Model, new TokenUsage(0, 0), _relay.Time.GetUtcNow()) { Key = _actor.Key, IsCached = true },
            target: null);
        yield return new StatelessStarted(answer.Origin) { Cache = note };
        foreach (var part in answer.Parts)
        {
            yield return new StatelessPiece(new(part.Number, part.Kind, 0, part.Text));
        }

        for (var i = 0; i < answer.Vectors.Count; i++)
        {
            yield return new StatelessVector(i, answer.Vectors[i]);
        }

        yield return new StatelessCompleted(answer.Finish, answer.Usage, answer.Origin);
    }
}
