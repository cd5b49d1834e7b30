namespace MeatLizard.Domain.Relay;

/// <summary>
/// What a program asks for beside the messages, as JSON in the form of OpenAI's chat completions. Whoever has such terms wants the messages
/// passed on as they are.
/// </summary>
public sealed record CallTerms
{
    /// <summary>Names the prompt's beginning to the engine's cache.</summary>
    public required string CacheName { get; init; }

    /// <summary>An array of tools, or null.</summary>
    public string? Tools { get; init; }

    /// <summary>A string or an object, or null.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>Null: as the engine has it.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>An object, or null.</summary>
    public string? ResponseFormat { get; init; }
}
