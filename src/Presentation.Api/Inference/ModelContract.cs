using MeatLizard.Application.Inference;

namespace MeatLizard.Presentation.Api.Inference;

/// <param name="Id">What to put into a session's model.</param>
/// <param name="Title">What the model calls itself.</param>
/// <param name="ContextSize">In tokens.</param>
/// <param name="Workers">The names of those who have it.</param>
/// <param name="InputModalities"><c>text</c>, and <c>image</c> where a call under /v1 may bring images.</param>
internal sealed record ModelContract(string Id, string? Title, int ContextSize, IReadOnlyList<string> Workers, IReadOnlyList<string> InputModalities)
{
    public static IReadOnlyList<string> Modalities(AvailableModel model) => model.TakesImages ? ["text", "image"] : ["text"];
}
