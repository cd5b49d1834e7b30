using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Why this host ends a call that could have gone on.</summary>
internal static class CutOff
{
    public static MessageError Unwelcome { get; } =
        new("invalid_key", "This API key is not valid any more: revoked or expired.", Retryable: false);

    public static MessageError Stopping { get; } = new("host_stopping", "The server is being stopped. Try again in a moment.", Retryable: true);

    /// <param name="isUnwelcome">Its caller would not be let in any more.</param>
    public static MessageError Because(bool isUnwelcome) => isUnwelcome ? Unwelcome : Stopping;
}
