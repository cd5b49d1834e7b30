using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Relay;

/// <summary>One message of a prompt as it travels to a worker.</summary>
public sealed record PromptMessage(MessageRole Role, IReadOnlyList<MessagePart> Parts);
