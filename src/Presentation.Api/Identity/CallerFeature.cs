using MeatLizard.Application.Identity;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Who makes this call; there only when somebody signed in does.</summary>
internal sealed record CallerFeature(Caller Caller);
