using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Storage.Stores;

/// <summary>A reply event as its row holds it: the kind, and the rest as a small JSON object.</summary>
internal static class ReplyEventJson
{
    // No HTML: letters stay as they are.
    private static readonly StoredReplyJson Json = new(new JsonSerializerOptions(StoredReplyJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static (string Kind, string Data) Write(ReplyEvent happened) => happened switch
    {
        ReplyDelta delta => (
            "delta",
            JsonSerializer.Serialize(new(delta.Attempt, delta.Part, delta.Kind, delta.Offset, delta.Text), Json.StoredDelta)),
        ReplyQueued queued => ("queued", JsonSerializer.Serialize(new(queued.MessageId.Value, queued.Position), Json.StoredQueued)),
        ReplyStarted started => ("started", JsonSerializer.Serialize(new(started.Attempt, started.Origin), Json.StoredStarted)),
        ReplyNotice notice => ("notice", JsonSerializer.Serialize(new(notice.Code, notice.Detail), Json.StoredNotice)),
        ReplyCompleted end => ("completed", JsonSerializer.Serialize(new(end.AnswerId.Value, null), Json.StoredEnd)),
        ReplyFailed end => ("failed", JsonSerializer.Serialize(new(end.AnswerId.Value, end.Error), Json.StoredEnd)),
        ReplyCancelled end => ("cancelled", JsonSerializer.Serialize(new(end.AnswerId.Value, null), Json.StoredEnd)),
        _ => throw new NotSupportedException($"No stored form is defined for {happened.GetType().Name}."),
    };

    /// <exception cref="JsonException">The row was not written by this version or an earlier one.</exception>
    public static ReplyEvent Read(long id, string kind, string data)
    {
        switch (kind)
        {
            case "delta":
                var delta = JsonSerializer.Deserialize(data, Json.StoredDelta)!;
                return new ReplyDelta(delta.Attempt, delta.Part, delta.Kind, delta.Offset, delta.Text) { Id = id };
            case "queued":
                var queued = JsonSerializer.Deserialize(data, Json.StoredQueued)!;
                return new ReplyQueued(new MessageId(queued.Message), queued.Position) { Id = id };
            case "started":
                var started = JsonSerializer.Deserialize(data, Json.StoredStarted)!;
                return new ReplyStarted(started.Attempt, started.Origin) { Id = id };
            case "notice":
                var notice = JsonSerializer.Deserialize(data, Json.StoredNotice)!;
                return new ReplyNotice(notice.Code, notice.Detail) { Id = id };
            case "completed":
                return new ReplyCompleted(Answer(data)) { Id = id };
            case "failed":
                var end = JsonSerializer.Deserialize(data, Json.StoredEnd)!;
                var error = end.Error ?? throw new JsonException("A failure lacks its error.");
                return new ReplyFailed(new MessageId(end.Answer), error) { Id = id };
            case "cancelled":
                return new ReplyCancelled(Answer(data)) { Id = id };
            default:
                throw new JsonException($"No reply event is of the kind '{kind}'.");
        }
    }

    private static MessageId Answer(string data) => new(JsonSerializer.Deserialize(data, Json.StoredEnd)!.Answer);
}
