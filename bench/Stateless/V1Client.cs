using System.Text;
using System.Text.Json;

namespace MeatLizard.Bench.Stateless;

/// <summary>Asks <c>/v1/chat/completions</c>, whoever is behind it: the same words in the same way.</summary>
internal sealed class V1Client : IAsyncDisposable
{
    private readonly HttpClient _http;

    /// <param name="address">Without <c>/v1</c>.</param>
    /// <param name="closes">llama-server itself closes the connection after every stream.</param>
    public V1Client(Uri address, string key, bool closes = false, params (string Name, string Value)[] headers)
    {
        _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = new("Bearer", key), ConnectionClose = closes },
        };
        foreach (var (name, value) in headers)
        {
            _http.DefaultRequestHeaders.Add(name, value);
        }
    }

    /// <summary>A short stream, heard to its end.</summary>
    public Task<StreamedAnswer> Stream(string model, string question, CancellationToken cancellationToken) => StreamedAnswer.Read(
        _http,
        Post(JsonSerializer.Serialize(new
        {
            model,
            stream = true,
            stream_options = new { include_usage = true },
            max_tokens = 16,
            messages = new[] { new { role = "user", content = question } },
        })),
        StreamedAnswer.OfLlama,
        cancellationToken);

    /// <summary>The answer in one piece; the caller disposes of it.</summary>
    public async Task<HttpResponseMessage> Whole(string body, CancellationToken cancellationToken)
    {
        using var request = Post(body);
        return await _http.SendAsync(request, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HttpRequestMessage Post(string body) => new(HttpMethod.Post, "v1/chat/completions")
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };
}
