using MeatLizard.Application;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>What a failed answer is to a caller who has not been told anything yet.</summary>
internal static class CallFailure
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    public static Refusal ToRefusal(MessageError error)
    {
        var (kind, param) = error.Code switch
        {
            "context_exceeded" => (RefusalKind.Invalid, "messages"),
            "model_unavailable" or "model_unknown" => (RefusalKind.NotFound, "model"),
            "embeddings_unsupported" or "chat_unsupported" or "model_without_images" => (RefusalKind.Invalid, "model"),
            "input_too_long" => (RefusalKind.Invalid, "input"),
            "engine_refused" or "provider_refused" or "provider_declined" when !error.Retryable => (RefusalKind.Invalid, null),
            _ => (RefusalKind.Unavailable, null),
        };
        return new(kind, error.Code, error.Message)
        {
            Errors = param is null ? null : new Dictionary<string, string[]> { [param] = [error.Message] },
            RetryAfter = kind == RefusalKind.Unavailable && error.Retryable ? SoonAgain : null,
        };
    }

    public static Task Write(HttpContext http, MessageError error)
    {
        if (!error.Retryable)
        {
            OpenAiErrors.SayNotToRetry(http);
        }

        return ApiProblems.Write(http, ToRefusal(error));
    }
}
