namespace MeatLizard.Infrastructure.Providers;

/// <summary>How a wire calls a conversation's turns.</summary>
/// <param name="Turns">The list of them.</param>
/// <param name="Contents">The list of what is said in one.</param>
/// <param name="Assistant">The model's role.</param>
internal sealed record TurnNames(string Turns, string Contents, string Assistant);
