namespace MeatLizard.Application;

/// <summary>The scope's actor; null for a caller who has not signed in and for the host's own work.</summary>
public sealed class CurrentActor
{
    public Actor? Actor { get; set; }

    /// <exception cref="InvalidOperationException">Nobody is signed in; the authorization behaviour keeps such calls away.</exception>
    public Actor Required => Actor ?? throw new InvalidOperationException("The use case needs an actor.");
}
