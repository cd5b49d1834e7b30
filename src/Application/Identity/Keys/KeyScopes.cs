namespace MeatLizard.Application.Identity.Keys;

/// <summary>What an API key can be confined to.</summary>
public static class KeyScopes
{
    /// <summary>Conversations, their requests and events, the models.</summary>
    public const string Chat = "chat";

    /// <summary>The user's own API keys.</summary>
    public const string Keys = "keys";

    /// <summary>What admins alone may do; only they make such a key, and it is worth nothing once they are none.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Chat, Keys, Admin];
}
