using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal static class Requests
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly RelayDeadlines Deadlines = new(
        QueueWithin: TimeSpan.FromMinutes(5),
        AcknowledgeWithin: TimeSpan.FromSeconds(5),
        FirstTokenWithin: TimeSpan.FromMinutes(1),
        CompleteWithin: TimeSpan.FromMinutes(10));

    public static readonly AttemptTarget Worker = new(OriginKind.Worker, "anna-mac", "tiny", "ab");

    public static readonly MessageError Crash = new("engine_crashed", "The engine has crashed.", Retryable: true);

    public static readonly MessageError BadModel = new("model_bad", "The model is broken.", Retryable: false);

    public static RelayRequest Queued(int maxAttempts = 2, string? carried = null)
    {
        var request = RelayRequest.Queue(
            new(
                new(Guid.NewGuid()),
                new(Guid.NewGuid()),
                new(Guid.NewGuid()),
                new(Guid.NewGuid()),
                new(Guid.NewGuid()),
                new RequestSettings(),
                Deadlines,
                maxAttempts)
            { Carried = carried },
            Now);
        request.MarkStored();
        return request;
    }

    public static RelayRequest Dispatched(int maxAttempts = 2, string? carried = null)
    {
        var request = Queued(maxAttempts, carried);
        request.Dispatch(Worker, 100, Now);
        request.MarkStored();
        return request;
    }

    public static RelayRequest Streaming()
    {
        var request = Dispatched();
        request.RecordChunks(1, [Chunk(0, "Hello")], Now);
        request.MarkStored();
        return request;
    }

    /// <summary>In its first attempt, which was given away at <see cref="Now"/>; one that is queued is so again.</summary>
    public static RelayRequest At(RequestStatus status) => new(
        Dispatched().State with { Status = status, NextChunk = status == RequestStatus.Streaming ? 1 : 0 },
        storedVersion: 7);

    public static ReplyChunk Chunk(int sequence, string text, int part = 0, ChunkKind kind = ChunkKind.Text) =>
        new(sequence, part, kind, text);
}
