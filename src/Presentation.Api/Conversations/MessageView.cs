using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Conversations.Markdown;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>A message as a caller sees it.</summary>
internal sealed class MessageView(ApiMapper mapper, SafeMarkdown markdown)
{
    public MessageContract Of(Message message, bool html)
    {
        var contract = mapper.Map<MessageContract>(message);
        return html ? contract with { Parts = [.. contract.Parts.Select(WithHtml)] } : contract;
    }

    public OriginContract? Of(Origin? origin) => origin is null ? null : mapper.Map<OriginContract>(origin);

    private PartContract WithHtml(PartContract part) =>
        part is { Type: "text", Text: { } text } ? part with { Html = markdown.Render(text) } : part;
}
