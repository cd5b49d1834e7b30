namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The models that can be asked, as OpenAI's clients expect them.</summary>
internal sealed record OpenAiModelListContract(string Object, IReadOnlyList<OpenAiModelContract> Data);

/// <param name="Created">OpenAI has the model's date there; here it is 0, for nobody knows it.</param>
/// <param name="OwnedBy">The worker that has it, or the workers; else <c>provider:</c> and the provider's name.</param>
/// <param name="InputModalities">OpenAI has no word for it: <c>text</c>, and <c>image</c> where a message may bring images; null of a provider's model, for only the provider knows.</param>
/// <param name="OutputModalities">Nor for this: <c>text</c>, or <c>embeddings</c> of a model that makes those and does not chat; null likewise.</param>
internal sealed record OpenAiModelContract(
    string Id, string Object, long Created, string OwnedBy, IReadOnlyList<string>? InputModalities, IReadOnlyList<string>? OutputModalities);
