namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>A page of what a response was given.</summary>
internal sealed record ResponseInputContract(IReadOnlyList<ResponseItem> Data, string? FirstId, string? LastId, bool HasMore)
{
    public string Object { get; } = "list";
}
