namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>A body without fields, which may be left out.</summary>
internal sealed record NothingRequest;
