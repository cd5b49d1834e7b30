using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>
/// The events of a streamed response, numbered from 0. An item is opened by its first piece and closed by the next item's. What it is told of
/// in the same order and pieces makes the same events with the same numbers.
/// </summary>
/// <param name="after">Events up to this number are not written: their reader has them.</param>
internal sealed class ResponseEventWriter(ResponseView view, long after = -1) : ICallWriter
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly List<ResponseItem> _output = [];
    private readonly StringBuilder _text = new();
    private readonly CalledTools _calls = new();
    private readonly ArrayBufferWriter<byte> _skipped = new();
    private Utf8JsonWriter? _json;
    private ChunkKind? _open;
    private int _part = -1;
    private long _sequence;

    public void By(Origin origin) => view.By(origin);

    public void Begin(IBufferWriter<byte> output)
    {
        Create(output);
        Start(output);
    }

    /// <summary>The first event; of what goes on in the background the first two.</summary>
    public void Create(IBufferWriter<byte> output)
    {
        if (view.IsBackground)
        {
            Whole(output, "response.created", view.Queued());
            Whole(output, "response.queued", view.Queued());
        }
        else
        {
            Whole(output, "response.created", view.InProgress([]));
        }
    }

    /// <summary>Somebody is at it.</summary>
    public void Start(IBufferWriter<byte> output) => Whole(output, "response.in_progress", view.InProgress([]));

    public void Piece(IBufferWriter<byte> output, StatelessPiece piece)
    {
        var (part, kind, _, text) = piece.Piece;
        if (part != _part)
        {
            CloseItem(output, "completed");
            _part = part;
            _open = kind;
            if (kind != ChunkKind.ToolCall)
            {
                OpenItem(output);
            }
        }

        if (kind == ChunkKind.ToolCall)
        {
            // It can be told only when it is whole.
            _ = _calls.Add(piece.Piece);
            return;
        }

        _text.Append(text);
        var json = Event(output, kind == ChunkKind.Reasoning ? "response.reasoning_text.delta" : "response.output_text.delta");
        PartPlace(json);
        json.WriteString("delta"u8, text);
        if (kind == ChunkKind.Text)
        {
            NoLogprobs(json);
        }

        End(json, output);
    }

    public void Complete(IBufferWriter<byte> output, StatelessCompleted end)
    {
        if (_part < 0)
        {
            _open = ChunkKind.Text;
            OpenItem(output);
        }

        CloseItem(output, end.Finish == FinishReason.Length ? "incomplete" : "completed");
        Whole(output, end.Finish == FinishReason.Length ? "response.incomplete" : "response.completed", view.Ended(_output, end));
    }

    public void Fail(IBufferWriter<byte> output, MessageError error)
    {
        CloseItem(output, "incomplete");
        Whole(output, "response.failed", view.Failed(_output, error));
    }

    /// <summary>The last of it, when it was stopped.</summary>
    public void Cancel(IBufferWriter<byte> output)
    {
        CloseItem(output, "incomplete");
        Whole(output, "response.cancelled", view.Cancelled(_output));
    }

    public void Dispose() => _json?.Dispose();

    private string ItemId => Item(null, "in_progress").Id;

    private ResponseItem Item(string? text, string status) =>
        _open == ChunkKind.Reasoning ? view.Reasoning(_output.Count, text, status) : view.Message(_output.Count, text, status);

    private ResponsePart Part(string text) => _open == ChunkKind.Reasoning ? ResponseView.Thought(text) : ResponseView.Said(text);

    private void OpenItem(IBufferWriter<byte> output)
    {
        ItemEvent(output, "response.output_item.added", Item(null, "in_progress"));
        PartEvent(output, "response.content_part.added", Part(""));
    }

    private void CloseItem(IBufferWriter<byte> output, string status)
    {
        switch (_open)
        {
            case null:
                return;
            case ChunkKind.ToolCall:
                if (_calls.Finish() is { } called)
                {
                    CloseCall(output, called, status);
                }

                break;
            default:
                CloseText(output, status);
                break;
        }

        _open = null;
    }

    private void CloseText(IBufferWriter<byte> output, string status)
    {
        var text = _text.ToString();
        _text.Clear();
        var json = Event(output, _open == ChunkKind.Reasoning ? "response.reasoning_text.done" : "response.output_text.done");
        PartPlace(json);
        json.WriteString("text"u8, text);
        if (_open == ChunkKind.Text)
        {
            NoLogprobs(json);
        }

        End(json, output);
        PartEvent(output, "response.content_part.done", Part(text));
        var item = Item(text, status);
        ItemEvent(output, "response.output_item.done", item);
        _output.Add(item);
    }

    private void CloseCall(IBufferWriter<byte> output, CalledTool called, string status)
    {
        var item = view.Call(_output.Count, called, called.Arguments, status);
        ItemEvent(output, "response.output_item.added", view.Call(_output.Count, called, "", "in_progress"));
        var json = Event(output, "response.function_call_arguments.delta");
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, _output.Count);
        json.WriteString("delta"u8, called.Arguments);
        End(json, output);
        json = Event(output, "response.function_call_arguments.done");
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, _output.Count);
        json.WriteString("name"u8, called.Name);
        json.WriteString("arguments"u8, called.Arguments);
        End(json, output);
        ItemEvent(output, "response.output_item.done", item);
        _output.Add(item);
    }

    private void ItemEvent(IBufferWriter<byte> output, string type, ResponseItem item)
    {
        var json = Event(output, type);
        json.WriteNumber("output_index"u8, _output.Count);
        Embed(json, "item", item, ApiJson.Wire.ResponseItem);
        End(json, output);
    }

    private void PartEvent(IBufferWriter<byte> output, string type, ResponsePart part)
    {
        var json = Event(output, type);
        PartPlace(json);
        Embed(json, "part", part, ApiJson.Wire.ResponsePart);
        End(json, output);
    }

    private void Whole(IBufferWriter<byte> output, string type, ResponseContract response)
    {
        var json = Event(output, type);
        Embed(json, "response", response, ApiJson.Wire.ResponseContract);
        End(json, output);
    }

    private void PartPlace(Utf8JsonWriter json)
    {
        json.WriteString("item_id"u8, ItemId);
        json.WriteNumber("output_index"u8, _output.Count);
        json.WriteNumber("content_index"u8, 0);
    }

    private static void NoLogprobs(Utf8JsonWriter json)
    {
        json.WriteStartArray("logprobs"u8);
        json.WriteEndArray();
    }

    private static void Embed<T>(Utf8JsonWriter json, string name, T value, JsonTypeInfo<T> type)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, type);
    }

    private Utf8JsonWriter Event(IBufferWriter<byte> to, string type)
    {
        var output = Target(to);
        output.Write("event: "u8);
        _ = Encoding.UTF8.GetBytes(type, output);
        output.Write("\ndata: "u8);
        if (_json is null)
        {
            _json = new(output, OneLine);
        }
        else
        {
            _json.Reset(output);
        }

        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        _json.WriteNumber("sequence_number"u8, _sequence);
        return _json;
    }

    private void End(Utf8JsonWriter json, IBufferWriter<byte> to)
    {
        json.WriteEndObject();
        json.Flush();
        Target(to).Write("\n\n"u8);
        _skipped.ResetWrittenCount();
        _sequence++;
    }

    private IBufferWriter<byte> Target(IBufferWriter<byte> output) => _sequence <= after ? _skipped : output;
}
