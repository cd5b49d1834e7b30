namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>That a response is gone.</summary>
internal sealed record ResponseDeletedContract(string Id)
{
    public string Object { get; } = "response";

    public bool Deleted { get; } = true;
}
