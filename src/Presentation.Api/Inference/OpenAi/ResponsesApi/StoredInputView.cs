using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>What a stored response was given, as items that may be sent again.</summary>
internal static class StoredInputView
{
    public static IReadOnlyList<ResponseItem> Items(IReadOnlyList<Message> input) =>
        [.. input.SelectMany(message => message.Parts.Select((part, index) => Item(message, part, $"{message.Id.Value:N}{index}")))];

    private static ResponseItem Item(Message message, MessagePart part, string name) => part switch
    {
        ReasoningPart thought => new()
        {
            Id = $"rs_{name}",
            Type = "reasoning",
            Status = "completed",
            Summary = [],
            Content = [ResponseView.Thought(thought.Text)],
        },
        ToolCallPart call => new()
        {
            Id = $"fc_{name}",
            Type = "function_call",
            Status = "completed",
            CallId = call.CallId,
            Name = call.Name,
            Arguments = call.Arguments,
        },
        ToolResultPart result => new()
        {
            Id = $"fco_{name}",
            Type = "function_call_output",
            Status = "completed",
            CallId = result.CallId,
            Output = result.Content,
        },
        _ => new()
        {
            Id = $"msg_{name}",
            Type = "message",
            Status = "completed",
            Role = message.Role switch
            {
                MessageRole.Assistant => "assistant",
                MessageRole.System => "system",
                _ => "user",
            },
            Content = [Said(message.Role, part is TextPart text ? text.Text : string.Empty)],
        },
    };

    private static ResponsePart Said(MessageRole role, string text) =>
        role == MessageRole.Assistant ? ResponseView.Said(text) : new() { Type = "input_text", Text = text };
}
