using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The stream of /v1/chat/completions: one chunk an event, and [DONE].</summary>
internal sealed class ChatChunkWriter(string id, long created, string model, bool includeUsage) : ICallWriter
{
    private static readonly JsonWriterOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly CalledTools _calls = new();
    private Utf8JsonWriter? _json;
    private string _model = model;

    public void By(Origin origin) => _model = origin.Model ?? _model;

    public void Begin(IBufferWriter<byte> output)
    {
        var json = Open(output);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
        Close(output, finish: null);
    }

    public void Piece(IBufferWriter<byte> output, StatelessPiece piece)
    {
        if (piece.Piece.Kind == ChunkKind.ToolCall)
        {
            Call(output, _calls.Add(piece.Piece));
            return;
        }

        Call(output, _calls.Finish());
        var json = Open(output);
        json.WriteString(piece.Piece.Kind == ChunkKind.Reasoning ? "reasoning_content"u8 : "content"u8, piece.Piece.Text);
        Close(output, finish: null);
    }

    public void Complete(IBufferWriter<byte> output, StatelessCompleted end)
    {
        Call(output, _calls.Finish());
        Open(output);
        Close(output, FinishOf(end.Finish));
        if (includeUsage)
        {
            Usage(output, end.Usage);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    public void Fail(IBufferWriter<byte> output, MessageError error)
    {
        output.Write("data: "u8);
        var json = Json(output);
        JsonSerializer.Serialize(json, new OpenAiErrorContract(OpenAiErrors.From(error)), ApiJson.Wire.OpenAiErrorContract);
        json.Flush();
        output.Write("\n\n"u8);
    }

    public void Dispose() => _json?.Dispose();

    public static string FinishOf(FinishReason finish) => finish switch
    {
        FinishReason.Length => "length",
        FinishReason.ToolCalls => "tool_calls",
        _ => "stop",
    };

    private void Call(IBufferWriter<byte> output, CalledTool? call)
    {
        if (call is null)
        {
            return;
        }

        var json = Open(output);
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, _calls.Count - 1);
        json.WriteString("id"u8, call.Id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, call.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        Close(output, finish: null);
    }

    private void Usage(IBufferWriter<byte> output, TokenUsage usage)
    {
        output.Write("data: "u8);
        var json = Head(output);
        json.WriteStartArray("choices"u8);
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        JsonSerializer.Serialize(json, ChatUsage.From(usage), ApiJson.Wire.ChatUsage);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }

    /// <summary>Up to and into the delta.</summary>
    private Utf8JsonWriter Open(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        var json = Head(output);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
        return json;
    }

    private void Close(IBufferWriter<byte> output, string? finish)
    {
        var json = _json!;
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
        json.WriteEndArray();
        if (includeUsage)
        {
            json.WriteNull("usage"u8);
        }

        json.WriteEndObject();
        json.Flush();
        output.Write("\n\n"u8);
    }

    private Utf8JsonWriter Head(IBufferWriter<byte> output)
    {
        var json = Json(output);
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "chat.completion.chunk"u8);
        json.WriteNumber("created"u8, created);
        json.WriteString("model"u8, _model);
        return json;
    }

    private Utf8JsonWriter Json(IBufferWriter<byte> output)
    {
        if (_json is null)
        {
            _json = new(output, OneLine);
        }
        else
        {
            _json.Reset(output);
        }

        return _json;
    }
}
