namespace MeatLizard.Application;

/// <summary>
/// Makes a use case answer a repeated key with what the first call made. The row is written in the commit that creates the
/// object, so that a twin's commit fails on the primary key of <c>idempotency_key</c>; <see cref="UseCases"/> then runs the
/// twin again, and it finds the row here.
/// </summary>
internal sealed class Idempotent(IIdempotencyStore store, CurrentActor current, TimeProvider time)
{
    /// <returns>What the first call made, or a refusal when the key stood for another call, or neither: this is the first.</returns>
    public async Task<(string? Result, Refusal? Refusal)> Recall(IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return default;
        }

        var record = await store.Find(current.Required.UserId, key.Scope, key.Key, cancellationToken);
        return record switch
        {
            null => default,
            _ when record.Fingerprint == key.Fingerprint => (record.Result, null),
            _ => (null, new(RefusalKind.Contradiction, "idempotency_mismatch", "This key was used for another call.")),
        };
    }

    public void Remember(IdempotencyKey? key, string result)
    {
        if (key is not null)
        {
            store.Add(new(current.Required.UserId, key.Scope, key.Key, key.Fingerprint, result, time.GetUtcNow()));
        }
    }
}
