using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Inference.OpenAi;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api;

/// <summary>Every refusal and every failure as application/problem+json; under /v1 as OpenAI's clients expect it.</summary>
internal static class ApiProblems
{
    public const string ContentType = "application/problem+json";
    private const string TypePrefix = "urn:meatlizard:problem:";

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Contradiction => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Limited => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static Task Write(HttpContext http, int status, string code, string detail) =>
        Write(http, Make(http, status, code, detail));

    public static async Task Write(HttpContext http, Refusal refusal, int? status = null)
    {
        if (refusal.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Limits is { } met)
        {
            RateLimitHeaders.WriteRefused(http, met);
        }

        var problem = Make(http, status ?? StatusOf(refusal.Kind), refusal.Code, refusal.Detail) with
        {
            Errors = refusal.Errors,
            Request = await OpenRequest(http, refusal),
        };
        await Write(http, problem);
    }

    /// <summary>For a status that somebody set without a body: the framework's own refusals.</summary>
    public static Task WriteStatus(HttpContext http)
    {
        var (code, detail) = http.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => ("bad_request", "The call could not be understood."),
            StatusCodes.Status401Unauthorized => ("unauthenticated", "Sign in, or send an API key."),
            StatusCodes.Status403Forbidden => ("forbidden", "This is not allowed."),
            StatusCodes.Status404NotFound => (Refusal.NotFound.Code, Refusal.NotFound.Detail),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", $"{http.Request.Method} is not possible here."),
            StatusCodes.Status413PayloadTooLarge => ("body_too_large", "The body is larger than this call takes."),
            StatusCodes.Status415UnsupportedMediaType => ("unsupported_media_type", "Send application/json."),
            var status => ($"status_{status}", "The call was refused."),
        };
        return Write(http, http.Response.StatusCode, code, detail);
    }

    public static Problem Make(HttpContext http, int status, string code, string detail) => new()
    {
        Type = TypePrefix + code,
        Title = TitleOf(status),
        Status = status,
        Code = code,
        Detail = detail,
        TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
    };

    private static async Task Write(HttpContext http, Problem problem)
    {
        if (OpenAiErrors.SpeaksTo(http))
        {
            await OpenAiErrors.Write(http, problem);
            return;
        }

        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = ContentType;
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Wire.Problem);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static async Task<RequestReference?> OpenRequest(HttpContext http, Refusal refusal)
    {
        if (refusal.RequestId is not { } id || http.Features.Get<CallerFeature>() is not { } signedIn)
        {
            return null;
        }

        var useCases = http.RequestServices.GetRequiredService<UseCases>();
        var outcome = await useCases.Send(new GetRequest(new(id)), signedIn.Caller.Actor, http.RequestAborted);
        return outcome.IsRefused(out _, out var request) ? null : RequestReference.To(request);
    }

    private static string TitleOf(int status) => status switch
    {
        400 => "The call is not valid",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict with what is there",
        413 => "Too large",
        415 => "Unsupported media type",
        422 => "Contradicts an earlier call",
        429 => "Too many requests",
        503 => "Not available now",
        >= 500 => "Something broke",
        _ => "Refused",
    };
}
