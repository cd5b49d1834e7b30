using MeatLizard.DiscordStandIn.Gateway;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A Discord application and its bot, which share one id.</summary>
public sealed class Application(User bot, string token)
{
    public ulong Id => Bot.Id;

    public User Bot { get; } = bot;

    /// <summary>What the bot signs in with. Discord takes it back when a bot identifies too often; so does <see cref="ResetToken"/>.</summary>
    public string Token { get; private set; } = token;

    /// <summary>Those of the privileged intents that its owner has switched on.</summary>
    public Intents Privileged { get; set; }

    /// <summary>Global commands and those of single guilds, by id.</summary>
    internal Dictionary<ulong, ApplicationCommand> Commands { get; } = [];

    /// <summary>From now on the old token is a bad one.</summary>
    public void ResetToken(string token) => Token = token;
}
