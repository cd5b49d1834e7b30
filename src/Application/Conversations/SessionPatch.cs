using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

/// <summary>What is to change; what is null stays as it is.</summary>
public sealed record SessionPatch
{
    public Change<string>? Title { get; init; }

    public Change<string>? Model { get; init; }

    public Change<string>? SystemPrompt { get; init; }

    /// <summary>0 to 2.</summary>
    public Change<double?>? Temperature { get; init; }

    public Change<string>? Persona { get; init; }

    /// <summary>Any message of the branch that is to stand in front.</summary>
    public MessageId? LeafId { get; init; }

    /// <summary>Active reopens, Archived closes.</summary>
    public SessionStatus? Status { get; init; }

    internal SessionSettings Onto(ChatSessionState state) => new(
        Title is null ? state.Title : Title.To,
        Model is null ? state.Model : Model.To,
        SystemPrompt is null ? state.SystemPrompt : SystemPrompt.To,
        Temperature is null ? state.Temperature : Temperature.To,
        Persona is null ? state.Persona : Persona.To);

    internal bool ChangesSettings => (Title ?? Model ?? SystemPrompt ?? Persona) is not null || Temperature is not null;
}
