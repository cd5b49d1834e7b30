using System.Text.Json;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The body of /v1/embeddings.</summary>
internal sealed record EmbeddingRequest
{
    public required string Model { get; init; }

    /// <summary>A text, or several.</summary>
    public required EmbeddingInput Input { get; init; }

    /// <summary>float, or base64: the same numbers as the bytes of little-endian floats.</summary>
    public string? EncodingFormat { get; init; }

    /// <summary>Without effect.</summary>
    public string? User { get; init; }

    /// <summary>Not done: a vector is as long as the model makes it.</summary>
    public JsonElement? Dimensions { get; init; }
}
