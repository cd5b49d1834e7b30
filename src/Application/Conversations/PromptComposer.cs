using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations;

/// <summary>Makes the prompt from a branch. The same branch and settings give the same prompt, byte for byte.</summary>
internal static class PromptComposer
{
    /// <param name="continues">The cut-off answer: the prompt ends with it, and the model goes on from there.</param>
    public static IReadOnlyList<PromptMessage> Compose(RequestSettings settings, IReadOnlyList<Message> branch, Message? continues)
    {
        if (settings.Call is not null)
        {
            return AsTheyAre(branch, settings.SystemPrompt);
        }

        List<PromptMessage> prompt = [];
        if (!string.IsNullOrWhiteSpace(settings.SystemPrompt))
        {
            prompt.Add(new(MessageRole.System, [new TextPart(settings.SystemPrompt)]));
        }

        foreach (var message in continues is null ? branch : [.. branch, continues])
        {
            // What a model thought aloud is not shown to it again, and an answer that never came is no turn.
            var text = message.Text;
            if (text.Length == 0)
            {
                continue;
            }

            // Some templates insist that the roles alternate; a question whose answer failed is asked together with the next.
            if (prompt.Count > 0 && prompt[^1].Role == message.Role && message.Role != MessageRole.System)
            {
                var before = ((TextPart)prompt[^1].Parts[0]).Text;
                prompt[^1] = new(message.Role, [new TextPart(before + "\n\n" + text)]);
            }
            else
            {
                prompt.Add(new(message.Role, [new TextPart(text)]));
            }
        }

        return prompt;
    }

    /// <summary>
    /// For a program, which means what it sends: calls of tools and what they returned, thoughts, several messages of one role. Going on from
    /// a stored response is the same prompt as sending all that was said in it.
    /// </summary>
    public static IReadOnlyList<PromptMessage> AsTheyAre(IReadOnlyList<Message> branch, string? systemPrompt = null)
    {
        List<PromptMessage> prompt = [];
        if (systemPrompt is { Length: > 0 })
        {
            prompt.Add(new(MessageRole.System, [new TextPart(systemPrompt)]));
        }

        foreach (var message in branch)
        {
            // An answer may have broken off within a call, or before its first word.
            MessagePart[] parts = [.. message.Parts.Where(part => part is not ToolCallPart { CallId: "", Name: "" })];
            if (parts.Length > 0)
            {
                prompt.Add(new(message.Role, parts));
            }
        }

        return prompt;
    }

    /// <summary>UTF-16 units of text in a prompt, calls of tools and what they returned included.</summary>
    public static int Characters(IReadOnlyList<PromptMessage> prompt) => prompt.Sum(message => Characters(message.Parts));

    /// <inheritdoc cref="Characters(IReadOnlyList{PromptMessage})"/>
    public static int Characters(IReadOnlyList<MessagePart> parts) => parts.Sum(part => part switch
    {
        TextPart text => text.Text.Length,
        ReasoningPart thought => thought.Text.Length,
        ToolCallPart call => call.Name.Length + call.Arguments.Length,
        ToolResultPart result => result.Content.Length,
        _ => 0,
    });
}
