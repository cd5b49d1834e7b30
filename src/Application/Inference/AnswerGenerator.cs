using System.Runtime.CompilerServices;
using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>Asks the engine, and tells its answer in the relay's terms.</summary>
/// <param name="time">Measures how long nothing could be told.</param>
public sealed class AnswerGenerator(IChatClient engine, TimeProvider time)
{
    /// <summary>How often it is told that something is being written which is told when it is whole. Who waits for the first text counts in tens of seconds.</summary>
    public static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    /// <exception cref="EngineException">The engine could not answer.</exception>
    public async IAsyncEnumerable<AnswerPiece> Generate(Infer order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TokenUsage? usage = null;
        EngineTimings? timings = null;
        var reason = FinishReason.Stop;
        var told = time.GetTimestamp();
        var hasBegun = false;
        await foreach (var update in engine.GetStreamingResponseAsync(order.Messages.Select(ToChat), Options(order), cancellationToken))
        {
            // A tool call is told when it is whole, and may be long in the writing: nobody is to take that for silence.
            if (!hasBegun && update.Contents.Count == 0 && time.GetElapsedTime(told) >= SignOfLife)
            {
                told = time.GetTimestamp();
                yield return new ProgressPiece(ProgressPhase.Prompt, 1);
            }

            foreach (var content in update.Contents)
            {
                hasBegun |= content is TextReasoningContent or TextContent or FunctionCallContent;
                switch (content)
                {
                    case TextReasoningContent { Text.Length: > 0 } thought:
                        yield return new GeneratedPiece(ChunkKind.Reasoning, thought.Text);
                        break;
                    case TextContent { Text.Length: > 0 } text:
                        yield return new GeneratedPiece(ChunkKind.Text, text.Text);
                        break;
                    case FunctionCallContent call:
                        yield return new GeneratedPiece(ChunkKind.ToolCall, ToolCall(call));
                        break;
                    case ProgressContent progress:
                        yield return new ProgressPiece(
                            progress.Phase == ProgressContent.Loading ? ProgressPhase.Loading : ProgressPhase.Prompt,
                            progress.Fraction);
                        break;
                    case UsageContent { Details: var counted }:
                        usage = Usage(counted);
                        timings = Timings(counted);
                        break;
                }
            }

            if (update.FinishReason is { } finish)
            {
                reason = finish == ChatFinishReason.Length ? FinishReason.Length
                    : finish == ChatFinishReason.ToolCalls ? FinishReason.ToolCalls
                    : FinishReason.Stop;
            }
        }

        yield return new FinishPiece(reason, usage ?? new TokenUsage(0, 0), timings);
    }

    private static ChatMessage ToChat(PromptMessage message) => new(
        message.Role switch
        {
            MessageRole.System => ChatRole.System,
            MessageRole.Assistant => ChatRole.Assistant,
            MessageRole.Tool => ChatRole.Tool,
            _ => ChatRole.User,
        },
        [.. message.Parts.Select(ToContent).OfType<AIContent>()]);

    private static AIContent? ToContent(MessagePart part) => part switch
    {
        TextPart text => new TextContent(text.Text),
        ReasoningPart thought => new TextReasoningContent(thought.Text),
        ToolCallPart call => FunctionCallContent.CreateFromParsedArguments(call.Arguments, call.CallId, call.Name, ParseArguments),
        ToolResultPart result => new FunctionResultContent(result.CallId, result.Content),
        ImagePart image => new DataContent($"data:{image.MediaType};base64,{image.Data}"),
        _ => null,
    };

    private static Dictionary<string, object?>? ParseArguments(string arguments) =>
        JsonSerializer.Deserialize(arguments, InferenceJson.Default.DictionaryStringObject);

    private static string ToolCall(FunctionCallContent call) => JsonSerializer.Serialize(
        new ToolCallText(
            call.CallId,
            call.Name,
            call.AdditionalProperties?.TryGetValue(EngineTags.Arguments, out var written) == true && written is string arguments
                ? arguments
                : JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), InferenceJson.Default.IDictionaryStringObject)),
        InferenceJson.Default.ToolCallText);

    private static ChatOptions Options(Infer order)
    {
        var format = OrderedFormat.Read(order.ResponseFormat, out var strict);
        return new()
        {
            ModelId = order.Model,
            Temperature = (float?)order.Parameters.Temperature,
            TopP = (float?)order.Parameters.TopP,
            MaxOutputTokens = order.Parameters.MaxTokens,
            Seed = order.Parameters.Seed,
            FrequencyPenalty = (float?)order.Parameters.FrequencyPenalty,
            PresencePenalty = (float?)order.Parameters.PresencePenalty,
            StopSequences = order.Parameters.Stop.Count > 0 ? [.. order.Parameters.Stop] : null,
            Tools = OrderedTools.Read(order.Tools),
            ToolMode = OrderedTools.ReadChoice(order.ToolChoice),
            AllowMultipleToolCalls = order.ParallelToolCalls,
            ResponseFormat = format,
            AdditionalProperties = new() { [EngineTags.Session] = order.SessionId, [EngineTags.Strict] = strict },
        };
    }

    private static TokenUsage Usage(UsageDetails counted) => new(
        (int)(counted.InputTokenCount ?? 0),
        (int)(counted.OutputTokenCount ?? 0),
        (int)Count(counted, EngineTags.CachedTokens));

    private static EngineTimings Timings(UsageDetails counted) => new(Count(counted, EngineTags.PromptMs), Count(counted, EngineTags.PredictedMs));

    private static long Count(UsageDetails counted, string name) => counted.AdditionalCounts?.TryGetValue(name, out var value) == true ? value : 0;
}
