namespace MeatLizard.Application.Conversations;

/// <summary>A value that was given, perhaps null; no <see cref="Change{T}"/> at all leaves what is there.</summary>
public sealed record Change<T>(T? To);
