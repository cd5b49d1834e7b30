using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.People;

/// <summary>A command or button that a human has used, and what the application makes of it.</summary>
public sealed class Invoked
{
    internal Invoked(Interaction interaction) => Interaction = interaction;

    internal Interaction Interaction { get; }

    public ulong Id => Interaction.Id;

    /// <summary>Discord's number for the first answer (4 a message, 5 a promise of one, 7 a change, 9 a form); null until it has come.</summary>
    public int? CallbackType => Interaction.CallbackType;

    /// <summary>What the first answer brought, as it was sent.</summary>
    public JsonObject CallbackData => Interaction.CallbackData;

    /// <summary>The answer as it stands now; a promise is an empty message that is still loading.</summary>
    public Message? Answer => Interaction.Original;

    public IReadOnlyList<Message> Followups => [.. Interaction.Followups];

    /// <summary>Until the first answer, be it only a promise.</summary>
    /// <exception cref="TimeoutException">The application did not respond.</exception>
    public Task Acknowledged(CancellationToken cancellation) => Interaction.Acknowledged.WaitAsync(cancellation);

    /// <summary>Until there is an answer that says something.</summary>
    /// <returns>The answer; null where it is a form or a list of choices.</returns>
    /// <exception cref="TimeoutException">The application did not respond.</exception>
    public async Task<Message?> Finished(CancellationToken cancellation)
    {
        await Interaction.Finished.WaitAsync(cancellation);
        return Answer;
    }
}
