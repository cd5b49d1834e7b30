namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>One top-level Markdown block as safe HTML. An empty <paramref name="Html"/> takes the block away.</summary>
public sealed record RenderedBlock(int Index, string Html);
