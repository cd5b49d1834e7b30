using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Conversations;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>What goes out on a socket, as bytes.</summary>
internal static class SocketFrames
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Hello(IEnumerable<(Guid Session, RequestId Request)> open) => Write(json =>
    {
        json.WriteString("type"u8, "hello"u8);
        json.WriteStartArray("open_requests"u8);
        foreach (var (session, request) in open)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, request.Value);
            json.WriteString("session_id"u8, session);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static byte[] Ack(string id, MessageContract? message = null, RequestReference? request = null) => Write(json =>
    {
        json.WriteString("type"u8, "ack"u8);
        json.WriteString("id"u8, id);
        if (message is not null)
        {
            json.WritePropertyName("message"u8);
            JsonSerializer.Serialize(json, message, ApiJson.Wire.MessageContract);
        }

        WriteRequest(json, request);
    });

    public static byte[] Error(string? id, Refusal refusal, RequestReference? request = null) => Write(json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteString("id"u8, id);
        json.WriteString("code"u8, refusal.Code);
        json.WriteString("detail"u8, refusal.Detail);
        if (refusal.RetryAfter is { } wait)
        {
            json.WriteNumber("retry_after"u8, Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)));
        }

        if (refusal.Errors is { } errors)
        {
            json.WriteStartObject("errors"u8);
            foreach (var (field, sentences) in errors)
            {
                json.WriteStartArray(field);
                foreach (var sentence in sentences)
                {
                    json.WriteStringValue(sentence);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        WriteRequest(json, request);
    });

    public static async ValueTask<byte[]> Event(
        ReplyEventWriter writer, Guid session, RequestId request, ReplyEvent happened, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        await using var json = new Utf8JsonWriter(buffer, Relaxed);
        BeginEvent(json, session, request, happened.Id, ReplyEventWriter.NameOf(happened));
        await writer.Write(json, happened, cancellationToken);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="after">The event before it: what was held back has no id of its own.</param>
    public static byte[] HeldBack(ReplyEventWriter.HeldBack held, Guid session, RequestId request, long after)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        BeginEvent(json, session, request, after, "delta");
        ReplyEventWriter.Write(json, held);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void BeginEvent(Utf8JsonWriter json, Guid session, RequestId request, long id, string name)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "event"u8);
        json.WriteString("session_id"u8, session);
        json.WriteString("request_id"u8, request.Value);
        json.WriteNumber("event_id"u8, id);
        json.WriteString("event"u8, name);
        json.WritePropertyName("data"u8);
    }

    private static void WriteRequest(Utf8JsonWriter json, RequestReference? request)
    {
        if (request is not null)
        {
            json.WritePropertyName("request"u8);
            JsonSerializer.Serialize(json, request, ApiJson.Wire.RequestReference);
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        body(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
