using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>From the body of /v1/responses to what a model is asked, or a refusal that names the parameter.</summary>
internal static class ResponseOrder
{
    private const int MostMetadata = 16;
    private const int LongestMetadataKey = 64;
    private const int LongestMetadata = 512;

    /// <summary>Its messages are the input alone: what goes before it is the endpoint's to put there.</summary>
    public static StatelessOrder From(ResponseRequest request)
    {
        RefuseWhatIsNotDone(request);
        var (tools, names) = ResponseTools.Read(request.Tools);
        return CallSize.Checked(new()
        {
            Model = request.Model,
            Messages = ResponseInput.Read(request.Input),
            Parameters = new GenerationOptions
            {
                Temperature = request.Temperature,
                TopP = request.TopP,
                MaxTokens = request.MaxOutputTokens is null or >= 1
                    ? request.MaxOutputTokens
                    : throw Unsupported.Wrong("max_output_tokens", "At least one token must be allowed."),
            },
            Tools = tools,
            ToolChoice = ResponseTools.Choice(request.ToolChoice, names),
            ParallelToolCalls = names.Count == 0 ? null : request.ParallelToolCalls,
            ResponseFormat = ResponseTools.Format(request.Text?.Format),
            CacheKey = request.PromptCacheKey,
        }, request.Instructions, request.User);
    }

    /// <summary>The stored response to go on from; null when none is named.</summary>
    public static RequestId? Previous(ResponseRequest request) => request.PreviousResponseId is not { } name
        ? null
        : ResponseNames.Read(name) ?? throw new RefusedException(ResponseNames.NoPrevious(null));

    private static void RefuseWhatIsNotDone(ResponseRequest request)
    {
        if (request is { Background: true, Store: false })
        {
            throw Unsupported.Value("background", "A response in the background is stored, or nobody could ask for it. Leave store out, or say true.");
        }

        if (request.Conversation is { ValueKind: not System.Text.Json.JsonValueKind.Null })
        {
            throw new RefusedException(Application.Refusal.Invalid(
                "conversation", "unsupported_parameter", "There are no conversations here. Go on from a stored response with previous_response_id."));
        }

        Unsupported.Refuse(
            ("include", request.Include),
            ("max_tool_calls", request.MaxToolCalls),
            ("prompt", request.Prompt),
            ("top_logprobs", request.TopLogprobs),
            ("context_management", request.ContextManagement),
            ("text.verbosity", request.Text?.Verbosity),
            ("reasoning.effort", request.Reasoning?.Effort),
            ("reasoning.summary", request.Reasoning?.Summary),
            ("reasoning.generate_summary", request.Reasoning?.GenerateSummary));
        if (request.Metadata is { } metadata
            && (metadata.Count > MostMetadata || metadata.Any(pair => pair.Key.Length > LongestMetadataKey || pair.Value?.Length > LongestMetadata)))
        {
            throw Unsupported.Wrong("metadata", "There are at most 16 of them, with 64 characters in a key and 512 in a value.");
        }

        if (request.Truncation is not (null or "disabled"))
        {
            throw Unsupported.Value("truncation", "Nothing is left out of what you send: an input that is too long is refused.");
        }

        if (request.ServiceTier is not (null or "auto" or "default"))
        {
            throw Unsupported.Value("service_tier", "There is one tier: auto.");
        }

        if (request.StreamOptions is not null && request.Stream != true)
        {
            throw Unsupported.Wrong("stream_options", "This goes with stream: true alone.");
        }

        if (request.StreamOptions?.IncludeUsage is not null)
        {
            throw Unsupported.Wrong("stream_options.include_usage", "A response always ends with its usage.");
        }
    }
}
