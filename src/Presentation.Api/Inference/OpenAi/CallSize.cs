using MeatLizard.Application;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using Microsoft.AspNetCore.Http.Metadata;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>How large a call may be that may bring images: more than others, and for its images alone.</summary>
internal sealed class CallSize : IRequestSizeLimitMetadata
{
    private const long LargestBody = 10 * 1024 * 1024;

    /// <summary>UTF-16 units of all texts, tools and schemas.</summary>
    private const long MostText = 1024 * 1024;

    public long? MaxRequestBodySize => LargestBody;

    /// <param name="beside">What else the call has brought that is kept or sent on.</param>
    public static StatelessOrder Checked(StatelessOrder order, params ReadOnlySpan<string?> beside)
    {
        long text = 0;
        foreach (var other in beside)
        {
            text += Length(other);
        }

        text += order.Messages.Sum(message => message.Parts.Sum(Length)) + Length(order.Tools) + Length(order.ResponseFormat);
        return text <= MostText ? order : throw new RefusedException(
            new(RefusalKind.Invalid, "body_too_large", "A call has at most 1 MiB besides its images."), StatusCodes.Status413PayloadTooLarge);
    }

    private static long Length(MessagePart part) => part switch
    {
        TextPart text => text.Text.Length,
        ReasoningPart thought => thought.Text.Length,
        ToolCallPart call => (long)call.CallId.Length + call.Name.Length + call.Arguments.Length,
        ToolResultPart result => (long)result.CallId.Length + result.Content.Length,
        _ => 0,
    };

    private static long Length(string? json) => json?.Length ?? 0;
}
