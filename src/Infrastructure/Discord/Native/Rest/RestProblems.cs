using System.Net;
using System.Text.Json;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>What is said about requests that came to nothing.</summary>
internal static class RestProblems
{
    private const int MissingAccess = 50001;

    public static WireError? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DiscordJson.Default.WireError);
        }
        catch (JsonException)
        {
            // What stands before Discord answers with pages.
            return null;
        }
    }

    /// <summary>For answers that asking again does not change.</summary>
    public static DiscordException Of(RestCall call, HttpStatusCode status, WireError? error)
    {
        var code = error?.Code ?? 0;
        var (problem, message) = status switch
        {
            HttpStatusCode.Unauthorized when call.IsByInteraction =>
                (DiscordProblem.Gone, "The interaction can no longer be answered: Discord keeps it open for 15 minutes."),
            HttpStatusCode.Unauthorized => (DiscordProblem.Unauthorized, BadToken),
            HttpStatusCode.NotFound when call.IsByInteraction =>
                (DiscordProblem.Gone, "The interaction is not open any more: its first answer has to come within 3 seconds, others within 15 minutes."),
            HttpStatusCode.NotFound => (DiscordProblem.Gone, $"Discord has no such thing, or not any more ({call.Name}, code {code})."),
            HttpStatusCode.Forbidden when code == MissingAccess =>
                (DiscordProblem.NoAccess, $"The bot does not see that ({call.Name}, code {code}). Let its role see the channel."),
            HttpStatusCode.Forbidden =>
                (DiscordProblem.NoPermission, $"The bot may not do that there ({call.Name}, code {code}). Give its role the permission it lacks."),
            HttpStatusCode.RequestEntityTooLarge =>
                (DiscordProblem.Refused, $"That is more than Discord takes in one message ({call.Name}). Send less at once."),
            _ when error?.Fields() is { Length: > 0 } fields =>
                (DiscordProblem.Refused, $"Discord refused what was sent ({call.Name}, {(int)status}, code {code}): {fields}."),
            _ => (DiscordProblem.Refused, $"Discord refused what was sent ({call.Name}, {(int)status}, code {code})."),
        };
        return new(problem, message) { Status = status, Code = code };
    }

    public const string BadToken =
        "Discord does not accept the bot's token. Copy it again from the bot's page in Discord's developer portal, or reset it there, and restart.";

    public static DiscordException Unauthorized() => new(DiscordProblem.Unauthorized, BadToken) { Status = HttpStatusCode.Unauthorized };

    public static DiscordException TooManyRefusals(TimeSpan wait) => new(
        DiscordProblem.TooManyRefusals,
        $"Discord has refused {RefusalBudget.Most} requests of this process within ten minutes, and nothing is sent for {wait.TotalMinutes:0.0} minutes, "
        + "because it blocks the address of those who go on. Look in the log for what was refused.");

    public static DiscordException Overloaded(RestCall call, HttpStatusCode status, int attempts) =>
        new(DiscordProblem.Overloaded, $"Discord answered {(int)status} to {call.Name}, after {attempts} attempts still. Try again later.") { Status = status };

    public static DiscordException Unreachable(RestCall call, int attempts, Exception? failed) => new(
        DiscordProblem.Unreachable,
        failed is null or OperationCanceledException
            ? $"No answer to {call.Name} came in time, in {attempts} attempts."
            : $"Discord cannot be reached ({call.Name}, {attempts} attempts): {(failed.InnerException ?? failed).Message}",
        failed);
}
