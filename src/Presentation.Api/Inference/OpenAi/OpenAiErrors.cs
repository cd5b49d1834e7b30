using System.Text.Json;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Says under /v1 what is a problem+json elsewhere.</summary>
internal static class OpenAiErrors
{
    public const string Prefix = "/v1";
    public const string ShouldRetry = "x-should-retry";

    /// <summary>Begins as OpenAI's own: some clients know a wrong key by these words and not by the status.</summary>
    public const string InvalidKey = "Incorrect API key provided: it is mistyped, revoked or expired.";

    private const string Responses = Prefix + "/responses";
    private const string Messages = "messages";

    public static bool SpeaksTo(HttpContext http) => http.Request.Path.StartsWithSegments(Prefix);

    public static async Task Write(HttpContext http, Problem problem)
    {
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        var body = JsonSerializer.SerializeToUtf8Bytes(new OpenAiErrorContract(From(problem, http.Request.Path)), ApiJson.Wire.OpenAiErrorContract);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>For a call whose status was sent long ago.</summary>
    public static OpenAiError From(MessageError error)
    {
        var refusal = CallFailure.ToRefusal(error);
        return new(
            refusal.Detail, TypeOf(ApiProblems.StatusOf(refusal.Kind)), refusal.Errors?.Keys.FirstOrDefault(), CodeOf(refusal.Code));
    }

    /// <summary>OpenAI's clients try again whatever is 5xx; those that heed this header don't when it can't help.</summary>
    public static void SayNotToRetry(HttpContext http) => http.Response.Headers[ShouldRetry] = "false";

    private static OpenAiError From(Problem problem, PathString path)
    {
        var param = problem.Errors?.Keys.FirstOrDefault();
        var detail = problem.Errors is { Count: 1 } && problem.Errors[param!] is [var said, ..] ? said : problem.Detail;

        // What every call brings to the model has another name there.
        param = param == Messages && path.StartsWithSegments(Responses) ? "input" : param;
        return new(
            param is null || detail.Contains(param, StringComparison.Ordinal) ? detail : $"{param}: {detail}",
            TypeOf(problem.Status),
            param,
            CodeOf(problem.Code));
    }

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>Where OpenAI has a word for the same thing, its clients' callers know that one.</summary>
    private static string CodeOf(string code) => code switch
    {
        "invalid_key" => "invalid_api_key",
        "rate_limited" or "too_many_open" => "rate_limit_exceeded",
        "quota_exceeded" => "insufficient_quota",
        "unknown_field" => "unknown_parameter",
        "field_missing" => "missing_required_parameter",
        "unknown_part_type" => "unsupported_value",
        "context_exceeded" => "context_length_exceeded",
        "model_unavailable" => "model_not_found",
        _ => code,
    };
}
