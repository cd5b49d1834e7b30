using MeatLizard.Application.Inference;

namespace MeatLizard.Presentation.Api.Inference;

/// <param name="Id">What to put into a session's model.</param>
/// <param name="Title">What the model calls itself.</param>
/// <param name="ContextSize">In tokens.</param>
/// <param name="Workers">The names of those who have it.</param>
/// <param name="InputModalities"><c>text</c>, and <c>image</c> where a call under /v1 may bring images.</param>
/// <param name="OutputModalities"><c>text</c>, or <c>embeddings</c> of a model that makes those and does not chat.</param>
internal sealed record ModelContract(
    string Id, string? Title, int ContextSize, IReadOnlyList<string> Workers, IReadOnlyList<string> InputModalities, IReadOnlyList<string> OutputModalities)
{
    public static ModelContract From(AvailableModel model) =>
        new(model.Name, model.Title, model.ContextSize, model.Workers, Inputs(model), Outputs(model));

    public static IReadOnlyList<string> Inputs(AvailableModel model) => model.TakesImages ? ["text", "image"] : ["text"];

    public static IReadOnlyList<string> Outputs(AvailableModel model) => model.Embeds ? ["embeddings"] : ["text"];
}
