using Microsoft.AspNetCore.Http.Features;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>
/// A browser sends its cookie whoever wrote the page. So a call that changes something must come from our own page (Origin) and carry
/// a header that a foreign page cannot send without being allowed to. A program with a key needs neither.
/// </summary>
internal sealed class ForeignPageGuard(RequestDelegate next, Origins origins)
{
    public const string Header = "X-Requested-With";
    public const string Value = "MeatLizard";

    public Task Invoke(HttpContext http)
    {
        var caller = http.Features.Get<CallerFeature>()?.Caller;
        var isSocket = http.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true };
        if (!isSocket && (caller is { ByKey: true } || !ChangesState(http.Request.Method)))
        {
            return next(http);
        }

        var origin = http.Request.Headers.Origin;
        var isForeign = origin.Count > 0
            ? origin is not [{ } one] || !origins.AreOurs(http.Request, one)
            : isSocket && caller is { ByKey: false };
        if (isForeign)
        {
            return ApiProblems.Write(
                http, 403, "origin_not_allowed", "Calls from that page are not taken. Add its origin to Cors:Origins.");
        }

        return caller is { ByKey: false } && !isSocket && http.Request.Headers[Header] is not [Value]
            ? ApiProblems.Write(
                http, 403, "missing_requested_with", $"With the cookie, a call that changes something needs {Header}: {Value}.")
            : next(http);
    }

    private static bool ChangesState(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));
}
