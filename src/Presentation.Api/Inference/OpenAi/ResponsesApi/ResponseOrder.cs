using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>From the body of /v1/responses to what a model is asked, or a refusal that names the parameter.</summary>
internal static class ResponseOrder
{
    public static StatelessOrder From(ResponseRequest request)
    {
        RefuseWhatIsNotDone(request);
        var (tools, names) = ResponseTools.Read(request.Tools);
        return CallSize.Checked(new()
        {
            Model = request.Model,
            Messages = ResponseInput.Read(request.Input, request.Instructions),
            Parameters = new GenerationOptions
            {
                Temperature = request.Temperature,
                TopP = request.TopP,
                MaxTokens = request.MaxOutputTokens is null or >= 1
                    ? request.MaxOutputTokens
                    : throw Unsupported.Wrong("max_output_tokens", "At least one token must be allowed."),
            },
            Tools = tools,
            ToolChoice = names.Count == 0 ? null : ResponseTools.Choice(request.ToolChoice, names),
            ParallelToolCalls = names.Count == 0 ? null : request.ParallelToolCalls,
            ResponseFormat = ResponseTools.Format(request.Text?.Format),
            CacheKey = request.PromptCacheKey,
        });
    }

    private static void RefuseWhatIsNotDone(ResponseRequest request)
    {
        if (request.Store == true)
        {
            throw Unsupported.Value("store", "Responses are not stored here. Send store: false, and the conversation so far as input with every call.");
        }

        if (request.Background == true)
        {
            throw Unsupported.Value("background", "A response lives as long as its call. Leave background out, or open a session under /api/v1, whose answers go on by themselves.");
        }

        if (request.PreviousResponseId is not null)
        {
            throw Because("previous_response_id");
        }

        if (request.Conversation is { ValueKind: not System.Text.Json.JsonValueKind.Null })
        {
            throw Because("conversation");
        }

        Unsupported.Refuse(
            ("include", request.Include),
            ("max_tool_calls", request.MaxToolCalls),
            ("prompt", request.Prompt),
            ("prompt_cache_retention", request.PromptCacheRetention),
            ("top_logprobs", request.TopLogprobs),
            ("context_management", request.ContextManagement),
            ("text.verbosity", request.Text?.Verbosity),
            ("reasoning.effort", request.Reasoning?.Effort),
            ("reasoning.summary", request.Reasoning?.Summary),
            ("reasoning.generate_summary", request.Reasoning?.GenerateSummary));
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

    private static RefusedException Because(string name) => new(Application.Refusal.Invalid(
        name, "unsupported_parameter", "Responses are not stored here, so that there is none to go on from. Send the conversation so far as input."));
}
