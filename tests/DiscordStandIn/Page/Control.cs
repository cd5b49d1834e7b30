using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Page;

/// <summary>
/// What the page, and programs in other languages, do over HTTP below /stand-in: the same as the object model. Everything that changes
/// something takes JSON, which a page from elsewhere can't send without being asked for.
/// </summary>
internal sealed class Control(StandIn discord, Commands commands)
{
    public void Map(IEndpointRouteBuilder app)
    {
        _ = app.MapPost("/stand-in/messages", context => Do(context, Post));
        _ = app.MapPost("/stand-in/commands", context => Do(context, Run));
        _ = app.MapPost("/stand-in/buttons", context => Do(context, Press));
        _ = app.MapPost("/stand-in/limits", context => Do(context, Limit));
        _ = app.MapPost("/stand-in/permissions", context => Do(context, Permit));
        _ = app.MapPost("/stand-in/faults/{fault}", context => Do(context, body => Fault(context.Request.RouteValues["fault"]!.ToString()!, body)));
        _ = app.MapDelete("/stand-in/channels/{channel}", context => Do(context, _ => DeleteChannel(context)));
        _ = app.MapGet("/stand-in/invocations/{id}", context => Do(context, _ => commands.Of(context.Request.RouteValues["id"]!.ToString()!)));
    }

    private static async Task Do(HttpContext context, Func<JsonObject, JsonObject?> what)
    {
        var (status, answer) = (200, new JsonObject());
        try
        {
            var body = HttpMethods.IsPost(context.Request.Method)
                ? await JsonNode.ParseAsync(context.Request.HasJsonContentType() ? context.Request.Body : Stream.Null) as JsonObject
                : [];
            answer = what(body ?? throw new InvalidOperationException("The body has to be a JSON object.")) ?? [];
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or JsonException or FormatException or ArgumentException or OverflowException)
        {
            (status, answer) = (400, new JsonObject { ["error"] = wrong.Message });
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonText.Bytes(answer));
    }

    private JsonObject Post(JsonObject body)
    {
        var human = discord.Human(Text(body, "user"));
        var message = human.Post(Channel(body), Text(body, "content"));
        return new JsonObject { ["id"] = message.Id.Text() };
    }

    private JsonObject Run(JsonObject body)
    {
        var options = (body["options"] as JsonObject ?? []).ToDictionary(one => one.Key, one => (object)(one.Value?.ToString() ?? ""));
        return commands.Keep(discord.Human(Text(body, "user")).Run(Channel(body), Text(body, "command"), options));
    }

    private JsonObject Press(JsonObject body)
    {
        var id = Id(body, "message");
        lock (discord.World.Gate)
        {
            var message = Channel(body).Messages.GetValueOrDefault(id) ?? throw new InvalidOperationException("There is no such message.");
            return commands.Keep(discord.Human(Text(body, "user")).Press(message, Text(body, "custom_id")));
        }
    }

    private JsonObject? Limit(JsonObject body)
    {
        discord.Limits.Set(Text(body, "route"), (int)Number(body, "requests", 5), TimeSpan.FromSeconds(Number(body, "seconds", 5)));
        return null;
    }

    private JsonObject? Permit(JsonObject body)
    {
        var permissions = Enum.Parse<Permissions>(Text(body, "permission"));
        var (channel, user) = (Channel(body), discord.World.User(Text(body, "user")));
        if ((bool?)body["take"] ?? true)
            discord.Rooms.TakeAway(channel, user, permissions);
        else
            discord.Rooms.GiveBack(channel, user, permissions);
        return null;
    }

    private JsonObject? DeleteChannel(HttpContext context)
    {
        discord.Rooms.DeleteChannel(Channel(new JsonObject { ["channel"] = context.Request.RouteValues["channel"]!.ToString() }));
        return null;
    }

    private JsonObject Fault(string name, JsonObject body)
    {
        var faults = discord.Faults;
        var bot = body["bot"] is null ? (ulong?)null : Id(body, "bot");
        var times = (int)Number(body, "times", 1);
        var match = new RestMatch { Bot = bot, Route = (string?)body["route"], Channel = body["channel"] is null ? null : Id(body, "channel") };
        var met = name switch
        {
            "cut" => faults.Cut(bot),
            "half-open" => faults.HalfOpen(bot),
            "reconnect" => faults.Reconnect(bot),
            "invalid-session" => faults.Invalidate((bool?)body["resumable"] ?? false, bot),
            "close" => faults.Close((int)Number(body, "code", 4000), bot),
            "withhold-acks" => faults.WithholdAcks((bool?)body["on"] ?? true, bot),
            "ask-for-heartbeat" => faults.AskForHeartbeat(bot),
            "duplicate" => faults.Duplicate(times, bot),
            "swap" => faults.Swap(times, bot),
            "refuse" => After(() => faults.RefuseConnections(Milliseconds(body, 10_000))),
            "latency" => After(() => (faults.RestLatency, faults.GatewayLatency) = (Milliseconds(body, 0), Milliseconds(body, 0))),
            "limit" => After(() => faults.Limit(Enum.Parse<LimitScope>((string?)body["scope"] ?? "User", ignoreCase: true), Milliseconds(body, 2_000), times, match)),
            "fail" => After(() => faults.Fail((int)Number(body, "status", 503), times, match)),
            "never-answer" => After(() => faults.NeverAnswer(times, match)),
            "cut-after-accept" => After(() => faults.CutAfterAccept(times, match)),
            "clear" => After(faults.Clear),
            _ => throw new InvalidOperationException($"There is no fault {name}."),
        };
        return new JsonObject { ["met"] = met };
    }

    private static int After(Action what)
    {
        what();
        return 0;
    }

    private static string Text(JsonObject body, string name) => (string?)body[name] ?? throw new InvalidOperationException($"{name} is missing.");

    private static ulong Id(JsonObject body, string name) => ulong.Parse(Text(body, name), CultureInfo.InvariantCulture);

    private static double Number(JsonObject body, string name, double otherwise) => (double?)body[name] ?? otherwise;

    private static TimeSpan Milliseconds(JsonObject body, double otherwise) => TimeSpan.FromMilliseconds(Number(body, "ms", otherwise));

    private Channel Channel(JsonObject body)
    {
        lock (discord.World.Gate)
        {
            return discord.World.Channels.GetValueOrDefault(Id(body, "channel")) ?? throw new InvalidOperationException("There is no such channel.");
        }
    }
}
