namespace MeatLizard.Infrastructure.Discord;

/// <summary>What a bot needs to reach Discord.</summary>
/// <param name="Token">The bot's token, without a word before it. Never logged.</param>
/// <param name="StateFile">
/// Where the gateway keeps what outlives the process: the session to resume, and when it has identified. One file a bot; only its owner
/// may read it.
/// </param>
public sealed record DiscordOptions(string Token, string StateFile)
{
    public Uri Api { get; init; } = new("https://discord.com/api/v10");

    /// <summary>In place of the address that Discord gives for it. ws or wss.</summary>
    public Uri? Gateway { get; init; }

    /// <summary>Where attachments are downloaded from, beside the API's own host.</summary>
    public IReadOnlyList<Uri> Cdn { get; init; } = [new("https://cdn.discordapp.com"), new("https://media.discordapp.net")];

    /// <summary>An HTTP proxy for REST and the gateway, with name and password in the address if it wants them; null: as the system says.</summary>
    public Uri? Proxy { get; init; }

    public DiscordIntents Intents { get; init; } = DiscordIntents.Guilds | DiscordIntents.GuildMessages;

    /// <summary>Requests a second over all channels; Discord's usual limit is 50. 1 to 10,000.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>How often a request is tried when Discord stumbles. 1 to 20.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>
    /// How long the answer to a request is waited for that may be made again, messages above all: less than an order has to be acknowledged in,
    /// so that a lost one costs no answer. From 100 milliseconds to <see cref="AnswerWithin"/>.
    /// </summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the answer to any other is waited for, and to one that went unanswered twice: then Discord is slow. 1 second to 5 minutes.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes a second that a file takes to go up at least: so much longer is waited for its answer. 1,000 to 1,000,000,000.</summary>
    public int SlowestUpload { get; init; } = 50_000;

    /// <summary>How many new sessions this bot begins in an hour at most, over restarts. 1 to 1,000.</summary>
    public int IdentifiesPerHour { get; init; } = 20;

    /// <summary>What of it can't work, in sentences; empty when all can.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Check(Token.Length > 0 && !Token.Any(one => char.IsWhiteSpace(one) || char.IsControl(one)),
            "The bot's token is missing or has blanks in it. Copy it from the bot's page in Discord's developer portal, without the word Bot.");
        Check(StateFile.Length > 0, "The gateway's state file has no path. Name a file in a folder that outlives the process.");
        Check(Api is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "The address of Discord's API begins with http or https.");
        Check(Gateway is null or { IsAbsoluteUri: true, Scheme: "ws" or "wss" }, "The address of Discord's gateway begins with ws or wss.");
        Check(Cdn.All(one => one is { IsAbsoluteUri: true, Scheme: "http" or "https" }), "Addresses of attachments begin with http or https.");
        Check(Proxy is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }, "The proxy's address begins with http or https.");
        Check(RequestsPerSecond is >= 1 and <= 10_000, "Requests per second are 1 to 10,000.");
        Check(Attempts is >= 1 and <= 20, "Attempts are 1 to 20.");
        Check(AnswerWithin >= TimeSpan.FromSeconds(1) && AnswerWithin <= TimeSpan.FromMinutes(5), "An answer is waited for 1 second to 5 minutes.");
        Check(RepeatAfter >= TimeSpan.FromMilliseconds(100) && RepeatAfter <= AnswerWithin,
            "A request is made again after 100 milliseconds at least, and no later than an answer is waited for.");
        Check(SlowestUpload is >= 1_000 and <= 1_000_000_000, "The slowest upload is 1,000 to 1,000,000,000 bytes a second.");
        Check(IdentifiesPerHour is >= 1 and <= 1_000, "New sessions per hour are 1 to 1,000.");
        return problems;

        void Check(bool isFine, string problem)
        {
            if (!isFine)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>Without the token, and without the proxy, whose address may hold a password.</summary>
    public override string ToString() => $"DiscordOptions {Api}";
}
