using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

/// <summary>The actor's own conversations and their messages. Somebody else's and a missing one are the same nothing, and so is a response's.</summary>
internal sealed class OwnSessions(ISessionStore sessions, IMessageStore messages, CurrentActor current)
{
    public async Task<ChatSession?> Find(SessionId id, CancellationToken cancellationToken) => Own(await sessions.Find(id, cancellationToken));

    /// <summary>As <see cref="ISessionStore.Recall"/>: whoever is told no by it reads the conversation before they say so.</summary>
    public ChatSession? Recall(SessionId id) => Own(sessions.Recall(id));

    public async Task<(Message Message, ChatSession Session)?> FindMessage(MessageId id, CancellationToken cancellationToken) =>
        await messages.Find(id, cancellationToken) is { } message && await Find(message.SessionId, cancellationToken) is { } session
            ? (message, session)
            : null;

    private ChatSession? Own(ChatSession? session) =>
        session?.State is { Kind: SessionKind.Chat, Status: not SessionStatus.Deleted, OwnerId: var owner } && owner == current.Required.UserId
            ? session
            : null;
}
