namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Why a call under /v1 was refused, in the form that OpenAI's clients expect.</summary>
internal sealed record OpenAiErrorContract(OpenAiError Error);

/// <param name="Message">For a person: the cause, and the next step.</param>
/// <param name="Type">What sort of error it is; goes with the status.</param>
/// <param name="Param">The parameter that is wrong, where one is.</param>
/// <param name="Code">Stable; branch on it.</param>
internal sealed record OpenAiError(string Message, string Type, string? Param, string? Code);
