using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>The server with a real llama-server of one slot behind it: in its own process, or at a worker over the link.</summary>
internal sealed class CarriedServer : IAsyncDisposable
{
    public const string InProcess = "in_process";
    public const string Link = "link";

    private readonly ProductProcess _server;
    private readonly WorkerProcess? _worker;

    private CarriedServer(ProductProcess server, WorkerProcess? worker, string key) => (_server, _worker, Key) = (server, worker, key);

    public Uri Address => _server.Address;

    /// <summary>The owner's.</summary>
    public string Key { get; }

    /// <summary>Speaks as the owner.</summary>
    public HttpClient Http => _server.Http;

    /// <param name="folder">Of everything: its models are in <c>models</c>.</param>
    public static async Task<CarriedServer> Start(string carrier, TestFolder folder, params string[] also)
    {
        string[] engine = [$"--Inference:LlamaServer={TestLlama.Binary}", "--Inference:Slots=1", "--Inference:Threads=1"];
        var local = carrier == InProcess;
        var server = await ProductProcess.StartBuilt(
            folder.File("data"),
            ["--Limits:PerMinute=10000", .. local ? [$"--Inference:Models={folder.File("models")}", .. engine] : (string[])["--Relay:LocalWorker=false"], .. also]);
        var key = await server.SignUp();
        if (local)
        {
            return new(server, null, key);
        }

        var code = await server.Invite("anna-mac");
        await WorkerProcess.Enrol(server.Address, code, folder.File("worker"));
        return new(server, WorkerProcess.Start(folder.File("worker"), folder, engine), key);
    }

    /// <summary>Waits until so many models can be asked.</summary>
    public Task HasModels(int count) =>
        Eventually.Is(async () => (await Http.GetFromJsonAsync<JsonElement>("v1/models")).GetProperty("data").GetArrayLength() == count);

    public async Task<int> SlotsFree() => (await Workers()).First(IsOnline).GetProperty("slots_free").GetInt32();

    /// <summary>Waits until there is a worker, whether it has models or not.</summary>
    public Task HasWorker() => Eventually.Is(async () => (await Workers()).Any(IsOnline));

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private static bool IsOnline(JsonElement worker) => worker.GetProperty("state").GetString() == "online";

    private async Task<JsonElement[]> Workers() =>
        [.. (await Http.GetFromJsonAsync<JsonElement>("api/v1/admin/workers")).GetProperty("items").EnumerateArray()];
}
