namespace MeatLizard.Presentation.Api.Conversations;

/// <param name="Content">A text, or parts.</param>
/// <param name="ClientMessageId">The caller's own id for the message: repeated, the same answer.</param>
internal sealed record MessageRequest(MessageContent Content, string? ClientMessageId = null);
