using System.Text.Json.Serialization;
using MeatLizard.Application.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>How one comes in here: what the sign-in page says.</summary>
internal sealed record SignInOptionsContract
{
    /// <summary>Who may make an account: closed, invite or open.</summary>
    [JsonConverter(typeof(SnakeCase<SignUpPolicy>))]
    public required SignUpPolicy SignUp { get; init; }

    /// <summary>What stands on the button to <c>/api/v1/auth/oidc</c>; null where nobody signs in elsewhere.</summary>
    public string? Oidc { get; init; }
}
