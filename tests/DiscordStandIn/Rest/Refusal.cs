using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>A request that Discord would not carry out: HTTP status, Discord's own code, its words, and what is wrong with which field.</summary>
internal sealed class Refusal(int status, int code, string message, JsonObject? errors = null) : Exception(message)
{
    public int Status => status;

    public JsonObject Body
    {
        get
        {
            var body = new JsonObject { ["message"] = Message, ["code"] = code };
            if (errors is not null)
                body["errors"] = errors.DeepClone();
            return body;
        }
    }

    public static Refusal UnknownChannel => new(404, 10003, "Unknown Channel");

    public static Refusal UnknownGuild => new(404, 10004, "Unknown Guild");

    public static Refusal UnknownMember => new(404, 10007, "Unknown Member");

    public static Refusal UnknownMessage => new(404, 10008, "Unknown Message");

    public static Refusal UnknownOverwrite => new(404, 10009, "Unknown Overwrite");

    public static Refusal UnknownRole => new(404, 10011, "Unknown Role");

    public static Refusal UnknownUser => new(404, 10013, "Unknown User");

    public static Refusal UnknownWebhook => new(404, 10015, "Unknown Webhook");

    public static Refusal UnknownInteraction => new(404, 10062, "Unknown interaction");

    public static Refusal UnknownCommand => new(404, 10063, "Unknown application command");

    public static Refusal MissingAccess => new(403, 50001, "Missing Access");

    public static Refusal MissingPermissions => new(403, 50013, "Missing Permissions");

    public static Refusal EmptyMessage => new(400, 50006, "Cannot send an empty message");

    public static Refusal Forbidden(int code, string message) => new(403, code, message);

    public static Refusal TooLarge => new(413, 40005, "Request entity too large");

    /// <summary>A field whose value breaks a rule; <paramref name="path"/> as in <c>embeds.0.title</c>.</summary>
    public static Refusal Field(string path, string code, string message)
    {
        JsonObject errors = new() { ["_errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) };
        foreach (var step in path.Split('.').Reverse())
            errors = new JsonObject { [step] = errors };
        return new Refusal(400, 50035, "Invalid Form Body", errors);
    }

    public static Refusal TooLong(string path, int most) => Field(path, "BASE_TYPE_MAX_LENGTH", $"Must be {most} or fewer in length.");

    public static Refusal Length(string path, int least, int most) =>
        Field(path, "BASE_TYPE_BAD_LENGTH", $"Must be between {least} and {most} in length.");

    public static Refusal NotASnowflake(string path, string? value) =>
        Field(path, "NUMBER_TYPE_COERCE", $"Value \"{value}\" is not snowflake.");
}
