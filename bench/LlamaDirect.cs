using System.Text;
using System.Text.Json;
using MeatLizard.Bench.Stateless;

namespace MeatLizard.Bench;

/// <summary>
/// The llama-server that a product has started, asked with nothing in front of it. Both are measured on the same engine, because two of
/// them differ by more than what the product adds: the one that has rested longer has its memory and its threads to wake first.
/// </summary>
internal sealed class LlamaDirect : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _model;

    private LlamaDirect(HttpClient http, string model)
    {
        _http = http;
        _model = model;
    }

    /// <param name="worker">The process that has started the engine. It has answered before: the first question starts it.</param>
    public static LlamaDirect Behind(ChildOfBench worker, string model)
    {
        var engine = ChildEngine.Of(worker.Id);
        return At(new Uri($"http://127.0.0.1:{engine.Port}/"), engine.Key, model);
    }

    /// <summary>The same engine through the least that can stand before it.</summary>
    /// <param name="worker">The process that has started the engine. It has answered before: the first question starts it.</param>
    public static async Task<LlamaDirect> Through(Stage stage, ChildOfBench worker, string model)
    {
        var engine = ChildEngine.Of(worker.Id);
        var passing = await PassThrough.Before(stage, new Uri($"http://127.0.0.1:{engine.Port}/"), closes: true);
        return At(passing.Address, engine.Key, model);
    }

    public Task<StreamedAnswer> Ask(string question, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new
        {
            model = _model,
            stream = true,
            stream_options = new { include_usage = true },
            cache_prompt = true,
            messages = new[] { new { role = "user", content = question } },
        });
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return StreamedAnswer.Read(_http, request, StreamedAnswer.OfLlama, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static LlamaDirect At(Uri address, string key, string model) => new(
        new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,

            // llama-server closes the connection after every stream.
            DefaultRequestHeaders = { Authorization = new("Bearer", key), ConnectionClose = true },
        },
        model);
}
