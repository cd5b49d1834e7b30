using System.Reflection;
using MeatLizard.Application;
using MeatLizard.Application.Identity;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>The caller, as a parameter of an endpoint that only the signed-in reach.</summary>
internal readonly record struct SignedInCaller(Caller Caller)
{
    public Actor Actor => Caller.Actor;

    public static ValueTask<SignedInCaller> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult(new SignedInCaller(http.Features.Get<CallerFeature>()!.Caller));
}
