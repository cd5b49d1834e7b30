using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application;

namespace MeatLizard.Presentation.Api;

/// <summary>What endpoints return.</summary>
internal static class Answers
{
    private const string JsonType = "application/json; charset=utf-8";

    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => new Whole<T>(value, type, status);

    /// <summary>Pages may be large: they are sent as they are written.</summary>
    public static IResult Page<T>(ListContract<T> page, JsonTypeInfo<ListContract<T>> type) => new Streamed<ListContract<T>>(page, type);

    public static IResult Refused(Refusal refusal) => new RefusedAnswer(refusal);

    private sealed class Whole<T>(T value, JsonTypeInfo<T> type, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = JsonType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }

    private sealed class Streamed<T>(T value, JsonTypeInfo<T> type) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = JsonType;
            return JsonSerializer.SerializeAsync(httpContext.Response.BodyWriter, value, type, httpContext.RequestAborted);
        }
    }

    private sealed class RefusedAnswer(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => ApiProblems.Write(httpContext, refusal);
    }
}
