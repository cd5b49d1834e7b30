using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>An answer of /v1/responses, or how far it has come.</summary>
internal sealed record ResponseContract
{
    public required string Id { get; init; }

    public string Object { get; } = "response";

    /// <summary>Seconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>queued, in_progress, completed, incomplete, failed or cancelled.</summary>
    public required string Status { get; init; }

    public required bool Background { get; init; }

    public ResponseError? Error { get; init; }

    public ResponseIncomplete? IncompleteDetails { get; init; }

    public string? Instructions { get; init; }

    public int? MaxOutputTokens { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<ResponseItem> Output { get; init; }

    public required bool ParallelToolCalls { get; init; }

    public string? PreviousResponseId { get; init; }

    public ResponseReasoning Reasoning { get; } = new();

    public required bool Store { get; init; }

    public double? Temperature { get; init; }

    public required ResponseTextFormat Text { get; init; }

    public required JsonElement ToolChoice { get; init; }

    public required JsonElement Tools { get; init; }

    public double? TopP { get; init; }

    public string Truncation { get; } = "disabled";

    public ResponseUsage? Usage { get; init; }

    public string? User { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>A piece of an answer, or of an input: type reasoning, message, function_call or function_call_output; what another type has is left out.</summary>
internal sealed record ResponseItem
{
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>in_progress, completed or incomplete.</summary>
    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ResponsePart>? Content { get; init; }

    /// <summary>Of reasoning; always empty: its text stands in content.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Summary { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Arguments { get; init; }

    /// <summary>Of function_call_output.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Output { get; init; }
}

/// <summary>Text of a message (output_text, in an input input_text) or of reasoning (reasoning_text).</summary>
internal sealed record ResponsePart
{
    public required string Type { get; init; }

    public required string Text { get; init; }

    /// <summary>Of output_text; always empty.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Annotations { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Logprobs { get; init; }
}

internal sealed record ResponseError(string Code, string Message);

/// <param name="Reason">max_output_tokens: there or at the end of the model's context.</param>
internal sealed record ResponseIncomplete(string Reason);

internal sealed record ResponseReasoning
{
    public string? Effort { get; }

    public string? Summary { get; }
}

internal sealed record ResponseTextFormat(JsonElement Format);

internal sealed record ResponseUsage(
    int InputTokens, InputTokensDetails InputTokensDetails, int OutputTokens, OutputTokensDetails OutputTokensDetails, int TotalTokens)
{
    public static ResponseUsage From(TokenUsage usage) =>
        new(usage.PromptTokens, new(usage.CachedTokens), usage.CompletionTokens, new(0), usage.TotalTokens);
}

internal sealed record InputTokensDetails(int CachedTokens);

/// <param name="ReasoningTokens">Always 0: engines count what was thought and what was said together.</param>
internal sealed record OutputTokensDetails(int ReasoningTokens);
