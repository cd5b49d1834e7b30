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

    /// <summary>UTF-16 units of text in a prompt.</summary>
    public static int Characters(IReadOnlyList<PromptMessage> prompt) =>
        prompt.Sum(message => message.Parts.OfType<TextPart>().Sum(part => part.Text.Length));
}
