namespace MeatLizard.Presentation.Api;

/// <summary>A page of a list.</summary>
/// <param name="NextCursor">For the next page; null on the last.</param>
internal sealed record ListContract<T>(IReadOnlyList<T> Items, string? NextCursor);
