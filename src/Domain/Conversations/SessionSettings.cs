namespace MeatLizard.Domain.Conversations;

/// <summary>What a session's owner can choose.</summary>
/// <param name="Temperature">0 to 2.</param>
public sealed record SessionSettings(string? Title, string? Model, string? SystemPrompt, double? Temperature, string? Persona)
{
    internal ChatSessionState Onto(ChatSessionState state) => state with
    {
        Title = Title,
        Model = Model,
        SystemPrompt = SystemPrompt,
        Temperature = Temperature,
        Persona = Persona,
    };
}
