using System.Globalization;
using System.Text;
using System.Text.Json;
using MeatLizard.Testing.Models;

namespace MeatLizard.Bench;

/// <summary>llama-server with nothing in front of it: the bare thing that answers are measured against.</summary>
internal sealed class LlamaDirect : IAsyncDisposable
{
    private const string Key = "bench";
    private const int Slots = 4;

    private readonly ChildOfBench _process;
    private readonly HttpClient _http;
    private readonly string _model;

    private LlamaDirect(ChildOfBench process, HttpClient http, string model)
    {
        _process = process;
        _http = http;
        _model = model;
    }

    public static async Task<LlamaDirect> Start(Stage stage, string model, int contextSize)
    {
        var port = Stage.FreePort();

        // As Infrastructure/LlamaCpp/LlamaCommandLine writes it.
        string[] line =
        [
            "--host", "127.0.0.1", "--port", Text(port), "-m", stage.Model(model), "--alias", model,
            "-np", Text(Slots), "-c", Text(contextSize * Slots), "--no-webui", "--offline",
        ];
        var process = stage.Run("llama", TestLlama.Binary, line, ("LLAMA_API_KEY", Key));
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            BaseAddress = new($"http://127.0.0.1:{port}/"),
            Timeout = Timeout.InfiniteTimeSpan,

            // llama-server closes the connection after every stream.
            DefaultRequestHeaders = { Authorization = new("Bearer", Key), ConnectionClose = true },
        };
        await process.Answers(http, "health", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(50));
        return new(process, http, model);
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

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
