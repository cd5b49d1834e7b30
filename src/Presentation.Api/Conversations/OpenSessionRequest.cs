using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Conversations;

internal sealed record OpenSessionRequest(
    string? Title = null, string? Model = null, string? SystemPrompt = null, double? Temperature = null, string? Persona = null)
{
    public SessionSettings ToSettings() => new(Title, Model, SystemPrompt, Temperature, Persona);
}
