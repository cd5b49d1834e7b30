namespace MeatLizard.Presentation.Api.Inference;

/// <summary>What can be asked at the moment.</summary>
/// <param name="Problem">Why nobody could answer, and what to do about it.</param>
internal sealed record ModelListContract(IReadOnlyList<ModelContract> Items, string? Problem);
