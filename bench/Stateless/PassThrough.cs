using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MeatLizard.Bench.Stateless;

/// <summary>The least that can stand between a caller and a model: Kestrel in front, HttpClient behind, and every byte as it came.</summary>
internal static class PassThrough
{
    public const string Verb = "pass-through";

    /// <summary>llama-server closes the connection after every stream.</summary>
    private const string Closes = "closes";

    /// <param name="upstream">Without <c>/v1</c>.</param>
    public static async Task<BareHost> Before(Stage stage, Uri upstream, bool closes) =>
        stage.Keep(await BareHost.Start(stage, Verb, [upstream.ToString(), .. closes ? (string[])[Closes] : []]));

    /// <param name="arguments">Port, upstream, perhaps that it closes connections.</param>
    public static async Task Run(IReadOnlyList<string> arguments)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        var upstream = new Uri(new Uri(arguments[1]), "v1/chat/completions");
        var closes = arguments.Contains(Closes);
        await using var app = BareHost.Build(arguments[0]);
        app.MapPost("/v1/chat/completions", (RequestDelegate)(context => Pass(context, http, upstream, closes)));
        await app.RunAsync();
    }

    private static async Task Pass(HttpContext context, HttpMessageInvoker http, Uri upstream, bool closes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream) { Content = new StreamContent(context.Request.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        request.Content.Headers.ContentLength = context.Request.ContentLength;
        request.Headers.TryAddWithoutValidation("Authorization", (string?)context.Request.Headers.Authorization);
        request.Headers.ConnectionClose = closes;
        using var answer = await http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);

        // Each piece is sent on when it comes.
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
