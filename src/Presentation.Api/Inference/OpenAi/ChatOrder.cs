using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>From the body of /v1/chat/completions to what a model is asked, or a refusal that names the parameter.</summary>
internal static class ChatOrder
{
    public static StatelessOrder From(ChatCompletionRequest request)
    {
        RefuseWhatIsNotDone(request);
        var tools = ToolRules.Check(request.Tools);
        if (request.MaxTokens is { } old && request.MaxCompletionTokens is { } most && old != most)
        {
            throw Unsupported.Wrong("max_tokens", "This contradicts max_completion_tokens. Send one of them.");
        }

        if (request.ParallelToolCalls is not null && tools.Count == 0)
        {
            throw Unsupported.Wrong("parallel_tool_calls", "There are no tools.");
        }

        if (request.MaxCompletionTokens < 1)
        {
            throw Unsupported.Wrong("max_completion_tokens", "At least one token must be allowed.");
        }

        var images = new ImageInput();
        return CallSize.Checked(new()
        {
            Model = request.Model,
            Messages = [.. request.Messages.Select((message, index) => Message(message, $"messages[{index}]", images))],
            Parameters = new GenerationOptions
            {
                Temperature = request.Temperature,
                TopP = request.TopP,
                MaxTokens = request.MaxCompletionTokens ?? request.MaxTokens,
                Seed = request.Seed,
                Stop = request.Stop?.Texts ?? [],
                FrequencyPenalty = request.FrequencyPenalty,
                PresencePenalty = request.PresencePenalty,
            },
            Tools = tools.Count == 0 ? null : request.Tools!.Value.GetRawText(),
            ToolChoice = ToolRules.Choice(request.ToolChoice, tools),
            ParallelToolCalls = request.ParallelToolCalls,
            ResponseFormat = FormatRules.Check(request.ResponseFormat),
            CacheKey = request.PromptCacheKey,
        });
    }

    private static void RefuseWhatIsNotDone(ChatCompletionRequest request)
    {
        Unsupported.Refuse(
            ("top_logprobs", request.TopLogprobs),
            ("logit_bias", request.LogitBias),
            ("audio", request.Audio),
            ("prediction", request.Prediction),
            ("reasoning_effort", request.ReasoningEffort),
            ("web_search_options", request.WebSearchOptions),
            ("verbosity", request.Verbosity),
            ("functions", request.Functions),
            ("function_call", request.FunctionCall));
        if (request.Logprobs == true)
        {
            throw Unsupported.Parameter("logprobs");
        }

        if (request.N is { } answers and not 1)
        {
            throw answers < 1 ? Unsupported.Wrong("n", "One answer is given.") : Unsupported.Value("n", "One answer is given at a time. Call again for another.");
        }

        if (request.Store == true)
        {
            throw Unsupported.Value("store", "Nothing is stored under this call. Leave it out, or use the sessions of /api/v1.");
        }

        if (request.ServiceTier is not (null or "auto" or "default"))
        {
            throw Unsupported.Value("service_tier", "There is one tier: auto.");
        }

        if (request.Modalities is { } modalities && modalities is not ["text"])
        {
            throw Unsupported.Value("modalities", "Models answer with text.");
        }

        if (request.StreamOptions is not null && request.Stream != true)
        {
            throw Unsupported.Wrong("stream_options", "This goes with stream: true alone.");
        }
    }

    /// <param name="message">In a list of what may not be null: JSON has null all the same.</param>
    private static PromptMessage Message(ChatMessageInput? message, string at, ImageInput images)
    {
        if (message is null)
        {
            throw Unsupported.Wrong(at, "This is an object.");
        }

        Unsupported.Refuse(
            ($"{at}.refusal", message.Refusal),
            ($"{at}.annotations", message.Annotations),
            ($"{at}.audio", message.Audio),
            ($"{at}.function_call", message.FunctionCall),
            ($"{at}.name", message.Role is "assistant" or "tool" ? null : message.Name));
        if (message.Role != "assistant" && (message.ToolCalls is not null || message.ReasoningContent is not null))
        {
            throw Unsupported.Wrong(message.ToolCalls is null ? $"{at}.reasoning_content" : $"{at}.tool_calls", "Only an assistant's message has this.");
        }

        if (message.Role != "tool" && message.ToolCallId is not null)
        {
            throw Unsupported.Wrong($"{at}.tool_call_id", "Only a tool's message has this.");
        }

        return message.Role switch
        {
            // Templates know no developer; what it says is what the system says.
            "system" or "developer" => new(MessageRole.System, [new TextPart(Said(message, at))]),
            "user" => new(
                MessageRole.User,
                ContentInput.Read(message.Content ?? throw Unsupported.Needed($"{at}.content"), $"{at}.content", "text", "image_url", images.ReadObject)),
            "assistant" => new(MessageRole.Assistant, [.. Answered(message, at)]),
            "tool" => new(
                MessageRole.Tool,
                [new ToolResultPart(message.ToolCallId ?? throw Unsupported.Needed($"{at}.tool_call_id"), Said(message, at))]),
            _ => throw Unsupported.Value($"{at}.role", "A role is system, developer, user, assistant or tool."),
        };
    }

    private static string Said(ChatMessageInput message, string at) =>
        ContentInput.ReadText(message.Content ?? throw Unsupported.Needed($"{at}.content"), $"{at}.content", "text");

    private static IEnumerable<MessagePart> Answered(ChatMessageInput message, string at)
    {
        if (message.Content is null && message.ToolCalls is not { Count: > 0 })
        {
            throw Unsupported.Needed($"{at}.content");
        }

        if (message.ReasoningContent is { Length: > 0 } thought)
        {
            yield return new ReasoningPart(thought);
        }

        if (message.Content is not null)
        {
            yield return new TextPart(Said(message, at));
        }

        foreach (var (call, index) in (message.ToolCalls ?? []).Select((call, index) => (call, index)))
        {
            if (call is null)
            {
                throw Unsupported.Wrong($"{at}.tool_calls[{index}]", "This is an object.");
            }

            yield return call.Type == "function"
                ? new ToolCallPart(call.Id, call.Function.Name, call.Function.Arguments)
                : throw Unsupported.Value($"{at}.tool_calls[{index}].type", "Calls of type function are taken, and no others.");
        }
    }
}
