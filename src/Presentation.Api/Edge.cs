using MeatLizard.Application;
using MeatLizard.Presentation.Api.Calls;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Presentation.Api;

/// <summary>The outermost layer: what every answer carries, and an answer for whatever goes wrong further in.</summary>
internal sealed partial class Edge(RequestDelegate next, HostNames hosts, ILogger<Edge> log)
{
    public const string RequestIdHeader = "X-Request-Id";
    private const int LongestRequestId = 128;

    private static readonly StringValues Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";

    public async Task Invoke(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        if (http.Request.Headers.TryGetValue(RequestIdHeader, out var given) && given is [{ } id] && IsRequestId(id))
        {
            http.TraceIdentifier = id;
        }
        else
        {
            http.TraceIdentifier = Guid.CreateVersion7().ToString("N");
        }

        headers[RequestIdHeader] = http.TraceIdentifier;
        try
        {
            if (!hosts.Allows(http.Request.Host))
            {
                await ApiProblems.Write(http, 400, "host_not_allowed", "This server does not answer to that name. Add it to AllowedHosts.");
                return;
            }

            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
            {
                await ApiProblems.WriteStatus(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has left: nobody is there to be told.
        }
#pragma warning disable CA1031 // The last place where anything can be caught: the caller gets an answer, the log gets the rest.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await Answer(http, failure);
        }
    }

    private async Task Answer(HttpContext http, Exception failure)
    {
        if (failure is not (RefusedException or BadHttpRequestException or LockTimeoutException))
        {
            Failed(failure, http.GetEndpoint()?.DisplayName ?? "A call");
        }

        if (http.Response.HasStarted)
        {
            // Half an answer was sent; only a broken connection tells the caller so.
            http.Abort();
            return;
        }

        // What the call had begun to promise is not so.
        http.Response.Headers.Location = default;
        http.Response.Headers.SetCookie = default;
        switch (failure)
        {
            case RefusedException refused:
                await ApiProblems.Write(http, refused.Refusal, refused.Status);
                break;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await ApiProblems.Write(http, 413, "body_too_large", "The body is larger than this call takes.");
                break;
            case BadHttpRequestException bad:
                await ApiProblems.Write(http, bad.StatusCode, "bad_request", "The call could not be read.");
                break;
            case LockTimeoutException when http.Request.Headers.ContainsKey(Idempotency.Header):
                await ApiProblems.Write(http, 409, "in_progress", "The same call is being worked on. Repeat it in a moment.");
                break;
            case LockTimeoutException:
                await ApiProblems.Write(http, Refusal.Busy);
                break;
            case ConcurrencyConflictException or DuplicateException:
                await ApiProblems.Write(http, 409, "conflict", "Somebody else changed this at the same time. Try again.");
                break;
            default:
                await ApiProblems.Write(http, 500, "internal_error", "Something broke here. The log has more under this trace id.");
                break;
        }
    }

    private static bool IsRequestId(string id) =>
        id.Length is > 0 and <= LongestRequestId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    [LoggerMessage(LogLevel.Error, "{Endpoint} failed.")]
    private partial void Failed(Exception failure, string endpoint);
}
