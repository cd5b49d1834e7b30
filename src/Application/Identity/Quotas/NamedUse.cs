namespace MeatLizard.Application.Identity.Quotas;

/// <param name="Name">Whose count it is, for a person: a group's, a key's, a model's name; null for oneself and one's address.</param>
public sealed record NamedUse(LimitUse Use, string? Name);
