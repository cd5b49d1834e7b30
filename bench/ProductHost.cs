using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>MeatLizard as people run it: a process of its own, spoken to over HTTP with an API key.</summary>
internal sealed class ProductHost : IAsyncDisposable
{
    private const string Email = "owner@example.org";
    private const string Password = "a password for the bench";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);

    private ProductHost(ChildOfBench process, HttpClient http, string key, StorageOptions storage)
    {
        Process = process;
        Http = http;
        Key = key;
        Storage = storage;
    }

    public ChildOfBench Process { get; }

    /// <summary>Carries the key already.</summary>
    public HttpClient Http { get; }

    public string Key { get; }

    public StorageOptions Storage { get; }

    public int Port => Http.BaseAddress!.Port;

    /// <summary>Takes messages and gives none out, when it is among the settings.</summary>
    public static (string Key, string Value) Paused => ("bench:paused", "true");

    public static async Task<ProductHost> Start(Stage stage, Database database, string? model, params (string Key, string Value)[] settings)
    {
        var storage = await Fresh(stage, database);
        var port = Stage.FreePort();
        var process = Launch(stage, storage, port, model, settings);
        var http = Client(port);
        try
        {
            await process.Answers(http, "ready", StartsWithin, TimeSpan.FromMilliseconds(20));
            var key = await SignIn(http);
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
            return new(process, http, key, storage);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database and a folder beside it.</summary>
    public static async Task<StorageOptions> Fresh(Stage stage, Database database)
    {
        var folder = Path.Combine(stage.Folder, $"data-{Guid.CreateVersion7():n}");
        Directory.CreateDirectory(folder);
        return database == Database.Sqlite
            ? new() { Provider = StorageOptions.Sqlite, DataFolder = folder }
            : new()
            {
                Provider = StorageOptions.Postgres,
                DataFolder = folder,
                ConnectionString = await (await TestPostgres.Server()).CreateDatabase(migrated: false),
            };
    }

    /// <summary>Just the process; whether it is ready is the caller's question.</summary>
    public static ChildOfBench Launch(Stage stage, StorageOptions storage, int port, string? model, params (string Key, string Value)[] settings)
    {
        var models = Path.Combine(storage.DataFolder, "models");
        Directory.CreateDirectory(models);
        var paused = settings.Contains(Paused);
        List<string> line =
        [
            "exec",

            // The gate that pauses has no switch in the product: the bench holds the product's host in a process of its own, with the
            // product's own runtime settings.
            .. paused ? (string[])["--runtimeconfig", Path.ChangeExtension(Stage.Product, ".runtimeconfig.json")] : [],
            paused ? typeof(ProductHost).Assembly.Location : Stage.Product,
            .. paused ? (string[])[PausedHost.Verb] : [],
            $"--Urls=http://127.0.0.1:{port}",
            $"--DataFolder={storage.DataFolder}",
            $"--Storage:Provider={storage.Provider}",
            .. storage.ConnectionString is { } connection ? (string[])[$"--Storage:ConnectionString={connection}"] : [],
            $"--Inference:LlamaServer={TestLlama.Binary}",
            $"--Inference:Models={(model is null ? models : stage.Model(model))}",
            $"--Identity:Owner:Email={Email}",
            $"--Identity:Owner:Password={Password}",
            "--Limits:PerMinute=1000000",
            "--Limits:PerHour=100000000",
            .. settings.Where(setting => setting != Paused).Select(setting => $"--{setting.Key}={setting.Value}"),
        ];
        return stage.Run("product", "dotnet", line);
    }

    public static HttpClient Client(int port) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new($"http://127.0.0.1:{port}/"),
        Timeout = TimeSpan.FromMinutes(5),
        DefaultRequestHeaders = { { "X-Requested-With", "MeatLizard" } },
    };

    public async Task<Guid> OpenSession(string? title = null, string? model = null)
    {
        using var answer = await Http.PostAsJsonAsync("api/v1/sessions", new { title, model });
        return await Id(answer, HttpStatusCode.Created);
    }

    /// <summary>Says something and hears the answer as it comes.</summary>
    public Task<StreamedAnswer> Ask(Guid session, string question, CancellationToken cancellationToken)
    {
        var request = Message(session, question);
        request.Headers.Accept.Add(new("text/event-stream"));
        return StreamedAnswer.Read(Http, request, StreamedAnswer.OfProduct, cancellationToken);
    }

    /// <summary>Says something; returns when it is taken.</summary>
    /// <returns>The id of the request.</returns>
    public async Task<Guid> Say(Guid session, string question, CancellationToken cancellationToken)
    {
        using var request = Message(session, question);
        using var answer = await Http.SendAsync(request, cancellationToken);
        return await Id(answer, HttpStatusCode.Accepted, "request");
    }

    /// <summary>Waits for a request's end.</summary>
    public async Task Ended(Guid request, CancellationToken cancellationToken)
    {
        _ = await Http.GetStringAsync(new Uri($"api/v1/requests/{request}/events", UriKind.Relative), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }

    private static HttpRequestMessage Message(Guid session, string question) => new(HttpMethod.Post, $"api/v1/sessions/{session}/messages")
    {
        Content = new StringContent(JsonSerializer.Serialize(new { content = question }), Encoding.UTF8, "application/json"),
    };

    private static async Task<string> SignIn(HttpClient http)
    {
        using var signedIn = await http.PostAsJsonAsync("api/v1/auth/login", new { email = Email, password = Password });
        signedIn.EnsureSuccessStatusCode();
        using var made = await http.PostAsJsonAsync("api/v1/keys", new { name = "bench" });
        made.EnsureSuccessStatusCode();
        using var key = JsonDocument.Parse(await made.Content.ReadAsStreamAsync());
        return key.RootElement.GetProperty("key").GetString()!;
    }

    private static async Task<Guid> Id(HttpResponseMessage answer, HttpStatusCode expected, string? under = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode != expected)
        {
            throw new HttpRequestException($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        }

        using var json = JsonDocument.Parse(text);
        var holder = under is null ? json.RootElement : json.RootElement.GetProperty(under);
        return holder.GetProperty("id").GetGuid();
    }
}
