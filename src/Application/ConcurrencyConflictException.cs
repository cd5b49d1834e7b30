namespace MeatLizard.Application;

/// <summary>Somebody else stored a later version first. Loading again and repeating the verb is right.</summary>
public sealed class ConcurrencyConflictException(string what) : Exception($"A later version of {what} is stored.");
