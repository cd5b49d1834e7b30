using MeatLizard.Application.Identity.Quotas;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Before what writes rows that stay and makes no message. Nothing is said of it until it is used up: nobody who means well meets it.</summary>
internal static class ChangeLimit
{
    public static async ValueTask<object?> Apply(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = http.Features.Get<CallerFeature>()!.Caller;
        var verdict = await http.RequestServices.GetRequiredService<RateLimits>().TakeChange(caller.Actor, http.RequestAborted);
        return verdict.Granted ? await next(context) : Answers.Refused(verdict.Refusal);
    }
}
