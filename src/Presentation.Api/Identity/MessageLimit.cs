using MeatLizard.Application.Identity.Quotas;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Before everything that makes a message: one from the limits of the user, their groups and key, and the address. Reads are not counted.</summary>
internal static class MessageLimit
{
    public static async ValueTask<object?> Apply(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = http.Features.Get<CallerFeature>()!.Caller;
        var limits = http.RequestServices.GetRequiredService<RateLimits>();
        var verdict = await limits.TakeMessage(caller.Actor, http.Connection.RemoteIpAddress, http.RequestAborted);
        RateLimitHeaders.Write(http, verdict);
        return verdict.Granted ? await next(context) : Answers.Refused(verdict.Refusal);
    }
}
