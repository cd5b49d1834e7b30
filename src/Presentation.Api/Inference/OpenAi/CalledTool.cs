namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <param name="Arguments">JSON as the model wrote it; it may be malformed.</param>
internal sealed record CalledTool(string Id, string Name, string Arguments);
