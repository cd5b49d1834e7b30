using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.People;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Page;

/// <summary>Commands that were run over HTTP, so that their answers can be asked for: nobody else sees an ephemeral one.</summary>
internal sealed class Commands
{
    private readonly ConcurrentDictionary<string, Invoked> _invoked = new();

    public JsonObject Keep(Invoked invoked)
    {
        _invoked[invoked.Id.Text()] = invoked;
        return new JsonObject { ["id"] = invoked.Id.Text() };
    }

    /// <summary>How it stands: waiting, promised, answered or failed.</summary>
    public JsonObject Of(string id)
    {
        if (!_invoked.TryGetValue(id, out var invoked))
            throw new InvalidOperationException("Nobody has run that.");
        var interaction = invoked.Interaction;
        return new JsonObject
        {
            ["state"] = interaction.Finished.IsFaulted ? "failed"
                : interaction.Finished.IsCompleted ? "answered"
                : interaction.Acknowledged.IsCompleted ? "promised" : "waiting",
            ["type"] = invoked.CallbackType,
            ["content"] = invoked.Answer?.Content,
            ["embeds"] = invoked.Answer?.Embeds.Copy(),
            ["ephemeral"] = invoked.Answer?.IsEphemeral,
            ["data"] = invoked.CallbackData.Copy(),
            ["followups"] = JsonText.Array(invoked.Followups.Select(one => new JsonObject
            {
                ["content"] = one.Content,
                ["ephemeral"] = one.IsEphemeral,
            })),
        };
    }
}
