using MeatLizard.Application.Inference;

namespace MeatLizard.Presentation.Api.Inference;

/// <param name="Id">What to put into a session's model.</param>
/// <param name="Title">What the model calls itself.</param>
/// <param name="ContextSize">In tokens; null where only a provider has it, who alone knows.</param>
/// <param name="Workers">The names of those who have it.</param>
/// <param name="Providers">The names of the providers who have it, and answer when no worker can.</param>
/// <param name="InputModalities"><c>text</c>, and <c>image</c> where a call under /v1 may bring images; null as above.</param>
/// <param name="OutputModalities"><c>text</c>, or <c>embeddings</c> of a model that makes those and does not chat; null as above.</param>
internal sealed record ModelContract(
    string Id,
    string? Title,
    int? ContextSize,
    IReadOnlyList<string> Workers,
    IReadOnlyList<string> Providers,
    IReadOnlyList<string>? InputModalities,
    IReadOnlyList<string>? OutputModalities)
{
    /// <summary>Those of workers first: they answer first.</summary>
    public static IEnumerable<ModelContract> All(ModelOverview overview)
    {
        foreach (var model in overview.Models)
        {
            yield return new(model.Name, model.Title, model.ContextSize, model.Workers, ProvidersOf(overview, model.Name), Inputs(model), Outputs(model));
        }

        foreach (var name in overview.Elsewhere.Select(model => model.Name).Distinct().Where(name => overview.Models.All(model => model.Name != name)))
        {
            yield return new(name, null, null, [], ProvidersOf(overview, name), null, null);
        }
    }

    public static IReadOnlyList<string> Inputs(AvailableModel model) => model.TakesImages ? ["text", "image"] : ["text"];

    public static IReadOnlyList<string> Outputs(AvailableModel model) => model.Embeds ? ["embeddings"] : ["text"];

    private static IReadOnlyList<string> ProvidersOf(ModelOverview overview, string name) =>
        [.. overview.Elsewhere.Where(model => model.Name == name).Select(model => model.Provider)];
}
