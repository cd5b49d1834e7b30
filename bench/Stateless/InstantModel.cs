using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MeatLizard.Bench.Stateless;

/// <summary>A model elsewhere that costs next to nothing: it speaks OpenAI's API and says the same to everybody.</summary>
internal static class InstantModel
{
    public const string Verb = "instant-model";

    /// <summary>Says one word at once.</summary>
    public const string Instant = "instant";

    /// <summary>Says the time in which it says it, as <see cref="System.Diagnostics.Stopwatch"/> counts it, again and again.</summary>
    public const string Paced = "paced";

    /// <summary>Times that <see cref="Paced"/> says in an answer.</summary>
    public const int Pieces = 80;

    /// <summary>Answers of <see cref="Paced"/> that are begun one after another are spread over this.</summary>
    private const int Phases = 32;

    /// <summary>Longer than the window in which the product gathers text.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private const string Head = """{"id":"1","object":"chat.completion.chunk","created":1,"model":"instant","choices":[""";

    private const string Tokens = """{"prompt_tokens":17,"completion_tokens":3,"total_tokens":20}""";

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(
        """{"id":"1","object":"chat.completion","created":1,"model":"instant","choices":[{"index":0,"message":"""
        + """{"role":"assistant","content":"Insects."},"logprobs":null,"finish_reason":"stop"}],"usage":"""
        + Tokens + "}");

    private static readonly byte[] Ending = Encoding.UTF8.GetBytes(
        $$"""data: {{Head}}{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n"
        + $$"""data: {{Head}}],"usage":{{Tokens}}}""" + "\n\ndata: [DONE]\n\n");

    private static readonly byte[] Streamed = [.. Piece("Insects."), .. Ending];

    /// <param name="arguments">Port.</param>
    public static async Task Run(IReadOnlyList<string> arguments)
    {
        await using var app = BareHost.Build(arguments[0]);
        var begun = 0;
        app.MapPost("/v1/chat/completions", (RequestDelegate)(async http =>
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            if (body.RootElement.GetProperty("model").ValueEquals(Paced))
            {
                await Say(http, Interlocked.Increment(ref begun) % Phases);
                return;
            }

            var streams = body.RootElement.TryGetProperty("stream", out var asked) && asked.ValueKind == JsonValueKind.True;
            var answer = streams ? Streamed : Whole;
            http.Response.ContentType = streams ? "text/event-stream" : "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
        }));
        await app.RunAsync();
    }

    private static async Task Say(HttpContext http, int phase)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.StartAsync(http.RequestAborted);
        await Task.Delay(Pace * phase / Phases, http.RequestAborted);
        using var timer = new PeriodicTimer(Pace);
        for (var i = 0; i < Pieces; i++)
        {
            var now = System.Diagnostics.Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);
            await http.Response.Body.WriteAsync(Piece(now + " "), http.RequestAborted);
            await timer.WaitForNextTickAsync(http.RequestAborted);
        }

        await http.Response.Body.WriteAsync(Ending, http.RequestAborted);
    }

    /// <param name="text">Needs no escaping.</param>
    private static byte[] Piece(string text) => Encoding.UTF8.GetBytes(
        $$"""data: {{Head}}{"index":0,"delta":{"role":"assistant","content":"{{text}}"},"finish_reason":null}]}""" + "\n\n");
}
