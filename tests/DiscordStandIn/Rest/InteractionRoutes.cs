using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>An application's answers to an interaction: the first, its changes, and those that follow.</summary>
internal sealed class InteractionRoutes(Interactions interactions, Messages messages, MessageBody bodies)
{
    private const int Reply = 4, DeferReply = 5, DeferUpdate = 6, Update = 7, Choices = 8, ShowForm = 9, AnswerToCommand = 20;

    public IEnumerable<RestRoute> Routes =>
    [
        new("POST", "/interactions/{interaction}/{token}/callback", Callback) { ByInteractionToken = true },
        new("POST", "/webhooks/{application}/{token}", FollowUp) { ByInteractionToken = true },
        new("GET", "/webhooks/{application}/{token}/messages/{message}", call => Shown(Find(call).Interaction, Find(call).Message)) { ByInteractionToken = true },
        new("PATCH", "/webhooks/{application}/{token}/messages/{message}", Edit) { ByInteractionToken = true },
        new("DELETE", "/webhooks/{application}/{token}/messages/{message}", Delete) { ByInteractionToken = true },
    ];

    private RestAnswer Callback(RestCall call)
    {
        var interaction = interactions.FindNew(call.Id("interaction"), call.Text("token")) ?? throw Refusal.UnknownInteraction;
        if (interaction.CallbackType is not null)
            throw new Refusal(400, 40060, "Interaction has already been acknowledged.");
        var type = (int?)call.Body["type"] ?? throw Refusal.Field("type", "BASE_TYPE_REQUIRED", "This field is required");
        var data = call.Body["data"] as JsonObject ?? [];
        var flags = (int?)data["flags"] ?? 0;
        switch (type)
        {
            case Reply:
                interaction.Original = Post(interaction, bodies.Read(call, data));
                break;
            case DeferReply:
                interaction.Original = Post(interaction, new Draft("") { Flags = (flags & Message.EphemeralFlag) | Message.LoadingFlag });
                break;
            case DeferUpdate when interaction.Source is not null:
                interaction.Original = interaction.Source;
                break;
            case Update when interaction.Source is not null:
                interaction.Original = interaction.Source;
                messages.Edit(interaction.Source, bodies.Read(call, data, interaction.Source));
                break;
            case Choices when interaction.Type == Interaction.Autocomplete:
            case ShowForm when interaction.Type != Interaction.Form:
                break;
            default:
                throw Refusal.Field("type", "BASE_TYPE_CHOICES", "This type of response does not answer this interaction.");
        }

        interaction.Acknowledge(type, data.Copy());
        if (type is not (DeferReply or DeferUpdate))
            interaction.Finish();
        return call.Asked("with_response") is "true" or "1" ? Whole(interaction, type) : RestAnswer.None;
    }

    private RestAnswer FollowUp(RestCall call)
    {
        var interaction = Answered(call);

        // The first message after a promise is what was promised.
        if (interaction.Original is { } promised && (promised.Flags & Message.LoadingFlag) != 0)
        {
            messages.Edit(promised, bodies.Read(call, call.Body, promised));
            interaction.Finish();
            return Shown(interaction, promised);
        }

        var message = Post(interaction, bodies.Read(call, call.Body));
        interaction.Followups.Add(message);
        interaction.Finish();
        return Shown(interaction, message);
    }

    private RestAnswer Edit(RestCall call)
    {
        var (interaction, message) = Find(call);
        messages.Edit(message, bodies.Read(call, call.Body, message));
        interaction.Finish();
        return Shown(interaction, message);
    }

    private RestAnswer Delete(RestCall call)
    {
        var (interaction, message) = Find(call);
        messages.Delete(message);
        _ = interaction.Followups.Remove(message);
        if (interaction.Original == message)
            interaction.Original = null;
        return RestAnswer.None;
    }

    private Interaction Answered(RestCall call)
    {
        var interaction = interactions.FindAnswered(call.Id("application"), call.Text("token")) ?? throw Refusal.UnknownWebhook;
        return interactions.IsOver(interaction) ? throw new Refusal(401, 50027, "Invalid Webhook Token") : interaction;
    }

    private (Interaction Interaction, Message Message) Find(RestCall call)
    {
        var interaction = Answered(call);
        var message = call.Text("message") == "@original"
            ? interaction.Original
            : interaction.Followups.Append(interaction.Original).FirstOrDefault(one => one?.Id == call.Id("message"));
        return (interaction, message ?? throw Refusal.UnknownMessage);
    }

    private Message Post(Interaction interaction, Draft draft) => messages.Post(
        interaction.Channel,
        interaction.Application.Bot,
        draft with { Interaction = interaction, Type = interaction.Type == Interaction.Command ? AnswerToCommand : 0 });

    private JsonObject Shown(Interaction interaction, Message message) =>
        messages.Json.Of(message, new Viewer(interaction.Application, MaySeeContent: true));

    private JsonObject Whole(Interaction interaction, int type)
    {
        var json = new JsonObject
        {
            ["interaction"] = new JsonObject
            {
                ["id"] = interaction.Id.Text(),
                ["type"] = interaction.Type,
                ["response_message_id"] = interaction.Original?.Id.Text(),
                ["response_message_loading"] = type == DeferReply,
                ["response_message_ephemeral"] = interaction.Original?.IsEphemeral ?? false,
            },
            ["resource"] = new JsonObject { ["type"] = type },
        };
        if (interaction.Original is { } message)
            json["resource"]!["message"] = Shown(interaction, message);
        return json;
    }
}
