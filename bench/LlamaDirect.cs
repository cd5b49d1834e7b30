using System.Text;
using System.Text.Json;

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
        return new(
            new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
            {
                BaseAddress = new($"http://127.0.0.1:{engine.Port}/"),
                Timeout = Timeout.InfiniteTimeSpan,

                // llama-server closes the connection after every stream.
                DefaultRequestHeaders = { Authorization = new("Bearer", engine.Key), ConnectionClose = true },
            },
            model);
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
}
