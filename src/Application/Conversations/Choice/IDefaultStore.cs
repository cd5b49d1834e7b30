using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>What holds where a conversation says nothing. Places keep theirs themselves.</summary>
public interface IDefaultStore
{
    /// <summary>Somebody's own; all of it null where they have said nothing.</summary>
    Task<UserDefaults> Find(UserId user, CancellationToken cancellationToken);

    /// <summary>At the commit; what else they have said stays.</summary>
    void SetModel(UserId user, string? model);

    /// <summary>At the commit; what else they have said stays.</summary>
    void SetSystemPrompt(UserId user, string? systemPrompt);

    /// <summary>The installation's model; null where nobody has said one.</summary>
    Task<string?> FindModel(CancellationToken cancellationToken);

    /// <summary>At the commit.</summary>
    void SetModel(string? model);
}
