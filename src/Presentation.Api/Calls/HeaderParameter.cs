namespace MeatLizard.Presentation.Api.Calls;

/// <summary>A request header that an endpoint heeds.</summary>
internal sealed record HeaderParameter(string Name, string Description);
