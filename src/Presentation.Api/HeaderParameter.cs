namespace MeatLizard.Presentation.Api;

/// <summary>A request header that an endpoint heeds.</summary>
internal sealed record HeaderParameter(string Name, string Description);
