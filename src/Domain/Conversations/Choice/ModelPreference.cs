namespace MeatLizard.Domain.Conversations.Choice;

/// <summary>What one level says.</summary>
/// <param name="Model">Null: nothing.</param>
public sealed record ModelPreference(ModelLevel Level, string? Model, ModelStanding Standing)
{
    /// <summary>The name of the place; null at the other levels.</summary>
    public string? Place { get; init; }
}
