using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>What a caller has asked for beside the input, and sees again in every response. Of a stored one it is kept in this form.</summary>
internal sealed record ResponseGiven
{
    public required string Model { get; init; }

    public string? Instructions { get; init; }

    public int? MaxOutputTokens { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public JsonElement? TextFormat { get; init; }

    public JsonElement? ToolChoice { get; init; }

    public JsonElement? Tools { get; init; }

    public string? User { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? PreviousResponseId { get; init; }

    public bool Background { get; init; }

    public bool Store { get; init; }

    public static ResponseGiven From(ResponseRequest request) => new()
    {
        Model = request.Model,
        Instructions = request.Instructions,
        MaxOutputTokens = request.MaxOutputTokens,
        ParallelToolCalls = request.ParallelToolCalls,
        Temperature = request.Temperature,
        TopP = request.TopP,
        TextFormat = request.Text?.Format,
        ToolChoice = request.ToolChoice,
        Tools = request.Tools,
        User = request.User,
        Metadata = request.Metadata,
        PreviousResponseId = request.PreviousResponseId,
        Background = request.Background == true,
        Store = request.IsStored,
    };

    public string ToJson() => JsonSerializer.Serialize(this, ApiJson.Wire.ResponseGiven);

    public static ResponseGiven Read(string json) => JsonSerializer.Deserialize(json, ApiJson.Wire.ResponseGiven)!;
}
