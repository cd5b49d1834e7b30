using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Conversations.Markdown;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>Writes what one reader of one request is told. With HTML it has to see all events from the first on.</summary>
internal sealed class ReplyEventWriter(RequestId request, bool html, MessageView view, StoredAnswers answers)
{
    private readonly Dictionary<int, StreamedMarkdown> _texts = [];
    private ReplyDelta? _open;

    public bool NeedsAll => html;

    public static string NameOf(ReplyEvent happened) => happened switch
    {
        ReplyQueued => "queued",
        ReplyStarted => "started",
        ReplyNotice => "notice",
        ReplyDelta => "delta",
        ReplyCompleted => "completed",
        ReplyFailed => "failed",
        ReplyCancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    /// <summary>
    /// Blocks of the part before that were held back until it ended; as a delta without text, because they belong to no event of
    /// their own. Null when there are none.
    /// </summary>
    public HeldBack? Settle(ReplyEvent next)
    {
        if (!html || _open is not { } open || (next is ReplyDelta delta && delta.Part == open.Part))
        {
            return null;
        }

        _open = null;
        var blocks = _texts[open.Part].Finish();
        return blocks.Count == 0 ? null : new(open with { Offset = open.Offset + open.Text.Length, Text = "" }, blocks);
    }

    /// <summary>Takes an event in without writing it: the reader has it already.</summary>
    public void Skip(ReplyEvent happened) => _ = Blocks(happened);

    public static void Write(Utf8JsonWriter json, HeldBack held) => WriteDelta(json, held.Delta, held.Blocks);

    public ValueTask Write(Utf8JsonWriter json, ReplyEvent happened, CancellationToken cancellationToken)
    {
        if (happened is ReplyDelta delta)
        {
            WriteDelta(json, delta, Blocks(delta));
            return ValueTask.CompletedTask;
        }

        return happened.IsEnd ? WriteEnd(json, happened, cancellationToken) : WriteStep(json, happened);
    }

    private IReadOnlyList<RenderedBlock>? Blocks(ReplyEvent happened)
    {
        if (!html || happened is not ReplyDelta { Kind: ChunkKind.Text } delta)
        {
            return null;
        }

        _open = delta;
        if (!_texts.TryGetValue(delta.Part, out var text))
        {
            _texts[delta.Part] = text = new();
        }

        return text.Append(delta.Text);
    }

    private static void WriteDelta(Utf8JsonWriter json, ReplyDelta delta, IReadOnlyList<RenderedBlock>? blocks)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt"u8, delta.Attempt);
        json.WriteNumber("part"u8, delta.Part);
        json.WriteString(
            "kind"u8, delta.Kind switch { ChunkKind.Text => "text"u8, ChunkKind.Reasoning => "reasoning"u8, _ => "tool_call"u8 });
        json.WriteNumber("offset"u8, delta.Offset);
        json.WriteString("text"u8, delta.Text);
        if (blocks is not null)
        {
            json.WriteStartArray("blocks"u8);
            foreach (var block in blocks)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, block.Index);
                json.WriteString("html"u8, block.Html);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private ValueTask WriteStep(Utf8JsonWriter json, ReplyEvent happened)
    {
        json.WriteStartObject();
        switch (happened)
        {
            case ReplyQueued queued:
                json.WriteString("request_id"u8, request.Value);
                json.WriteString("message_id"u8, queued.MessageId.Value);
                json.WriteNumber("position"u8, queued.Position);
                break;
            case ReplyStarted started:
                json.WriteNumber("attempt"u8, started.Attempt);
                WriteOrigin(json, started.Origin);
                break;
            case ReplyNotice notice:
                json.WriteString("code"u8, notice.Code);
                json.WriteString("message"u8, notice.Detail);
                break;
        }

        json.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteEnd(Utf8JsonWriter json, ReplyEvent end, CancellationToken cancellationToken)
    {
        var answer = await answers.Find(request, cancellationToken);
        json.WriteStartObject();
        if (end is ReplyFailed { Error: var error })
        {
            json.WriteString("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            json.WriteBoolean("retryable"u8, error.Retryable);
        }

        if (end is ReplyCompleted)
        {
            WriteCompleted(json, answer);
        }
        else if (answer is { Parts.Count: > 0 })
        {
            json.WritePropertyName("partial_message"u8);
            JsonSerializer.Serialize(json, view.Of(answer, html), ApiJson.Wire.MessageContract);
        }

        json.WriteEndObject();
    }

    // A message that was deleted in the meantime is null here: the end is still the end.
    private void WriteCompleted(Utf8JsonWriter json, Message? answer)
    {
        var contract = answer is null ? null : view.Of(answer, html);
        json.WritePropertyName("message"u8);
        JsonSerializer.Serialize(json, contract, ApiJson.Wire.MessageContract!);
        json.WritePropertyName("usage"u8);
        JsonSerializer.Serialize(json, contract?.Usage, ApiJson.Wire.UsageContract!);
        json.WritePropertyName("origin"u8);
        JsonSerializer.Serialize(json, contract?.Origin, ApiJson.Wire.OriginContract!);
    }

    private void WriteOrigin(Utf8JsonWriter json, Origin origin)
    {
        json.WritePropertyName("origin"u8);
        JsonSerializer.Serialize(json, view.Of(origin)!, ApiJson.Wire.OriginContract);
    }

    /// <summary>What had to wait for the end of its part.</summary>
    internal sealed record HeldBack(ReplyDelta Delta, IReadOnlyList<RenderedBlock> Blocks);
}
