using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>The bare server as a process of its own, with a database of its own on the same database server.</summary>
internal sealed class BareProcess : IAsyncDisposable
{
    private readonly ChildOfBench _process;

    private BareProcess(ChildOfBench process, StorageOptions storage, int port)
    {
        _process = process;
        Storage = storage;
        Port = port;
    }

    public StorageOptions Storage { get; }

    public int Port { get; }

    public static async Task<BareProcess> Start(Stage stage, Database database)
    {
        var storage = await ProductHost.Fresh(stage, database);
        var port = Stage.FreePort();
        string[] line =
        [
            // What a web project gets when nobody asks for anything else is decided by the product's own file.
            "exec", "--runtimeconfig", Path.ChangeExtension(Stage.Product, ".runtimeconfig.json"), typeof(BareProcess).Assembly.Location,
            BareServer.Verb, $"{port}", storage.Provider, storage.DataFolder, .. storage.ConnectionString is { } text ? (string[])[text] : [],
        ];
        var process = new BareProcess(stage.Run("bare", "dotnet", line), storage, port);
        stage.Keep(process);
        using var http = ProductHost.Client(port);
        await process._process.Answers(http, "ready", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
        return process;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
