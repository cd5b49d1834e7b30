using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Tests;

/// <summary>Conversations to test with.</summary>
internal static class Branches
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly SessionId Session = new(Guid.Parse("01900000-0000-7000-8000-000000000001"));

    /// <summary>Questions and answers by turns, each the child of the one before.</summary>
    public static IReadOnlyList<Message> Of(params string[] texts)
    {
        List<Message> branch = [];
        foreach (var text in texts)
        {
            var role = branch.Count % 2 == 0 ? MessageRole.User : MessageRole.Assistant;
            branch.Add(Said(role, text, branch.Count == 0 ? null : branch[^1].Id));
        }

        return branch;
    }

    public static Message Said(
        MessageRole role,
        string text,
        MessageId? after = null,
        MessageStatus status = MessageStatus.Complete) => new()
        {
            Id = new(Guid.CreateVersion7()),
            SessionId = Session,
            ParentId = after,
            Sequence = 1,
            Role = role,
            Parts = text.Length == 0 ? [] : [new TextPart(text)],
            Status = status,
            RequestId = role == MessageRole.Assistant ? new RequestId(Guid.CreateVersion7()) : null,
            CreatedAt = Now,
        };
}
