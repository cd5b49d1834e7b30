using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>What the measures share: a folder, two models, and every process that was started, which all end with it.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>Half a megabyte: what is measured with it is not the model.</summary>
    public const string Tiny = "tiny";

    /// <summary>About 120 million parameters; it never ends an answer by itself.</summary>
    public const string Large = "large";

    private readonly List<IAsyncDisposable> _started = [];
    private readonly Dictionary<string, Task<ProductHost>> _hosts = [];
    private readonly Dictionary<string, Task<BareHost>> _bare = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("meatlizard-bench-").FullName;

    /// <summary>The product's release build.</summary>
    public static string Product { get; } = Built("Presentation.Api");

    /// <summary>The server bot's.</summary>
    public static string ServerBot { get; } = Built("Presentation.DiscordServer");

    /// <summary>The client bot's.</summary>
    public static string ClientBot { get; } = Built("Presentation.DiscordClient");

    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "MeatLizard.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException("The bench does not run from inside of the repository.");
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <returns>The path of the model's file, made by the first who asks.</returns>
    public string Model(string name)
    {
        var path = Path.Combine(Folder, name + ".gguf");
        lock (_started)
        {
            if (!File.Exists(path))
            {
                TestModel.Write(path, name == Tiny
                    ? new() { Name = name, ContextSize = 8192 }
                    : new()
                    {
                        Name = name,
                        Embedding = 768,
                        Layers = 12,
                        Heads = 12,
                        FeedForward = 3072,
                        Fillers = 8192,
                        HalfPrecision = true,
                        EndRate = 1e-12,
                    });
            }
        }

        return path;
    }

    /// <summary>A running product; measures that ask for the same one share it.</summary>
    public Task<ProductHost> Host(Database database, string? model, params (string Key, string Value)[] settings)
    {
        var name = $"{database} {model} {string.Join(' ', settings)}";
        lock (_started)
        {
            if (!_hosts.TryGetValue(name, out var host))
            {
                _hosts[name] = host = Start();
            }

            return host;
        }

        async Task<ProductHost> Start() => Keep(await ProductHost.Start(this, database, model, settings));
    }

    /// <summary>
    /// A running product that no other measure asks: llama-server keeps what it was asked, and the more there is of it, the longer it looks through
    /// it before a first token.
    /// </summary>
    public async Task<ProductHost> HostApart(Database database, string model) => Keep(await ProductHost.Start(this, database, model));

    /// <summary>A server of the bench's own that measures share.</summary>
    public Task<BareHost> Bare(string verb)
    {
        lock (_started)
        {
            return _bare.TryGetValue(verb, out var host) ? host : _bare[verb] = Start();
        }

        async Task<BareHost> Start() => Keep(await BareHost.Start(this, verb));
    }

    public T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        lock (_started)
        {
            _started.Add(started);
        }

        return started;
    }

    /// <summary>A process that writes to a file of its own in the folder.</summary>
    public ChildOfBench Run(string name, string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var log = Path.Combine(Folder, $"{name}-{Guid.CreateVersion7():n}.log");
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        string[] shell = ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, program];
        foreach (var argument in shell.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        return new(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."), log);
    }

    private static string Built(string project) => Path.Combine(Root, $"src/{project}/bin/Release/net10.0/MeatLizard.{project}.dll");

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
