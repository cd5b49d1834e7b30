using System.Diagnostics;
using System.Security.Cryptography;

namespace MeatLizard.Bench.Stateless;

/// <summary>
/// The Portkey gateway from npm, as its own command starts it, without its page. Each call names the upstream in headers. Of the packages under
/// it one is older than npm would choose: with a later <c>@hono/node-server</c> its streams fail on headers that can't be changed.
/// </summary>
internal sealed class Portkey : IAsyncDisposable
{
    public const string Version = "1.15.2";

    private readonly ChildOfBench _process;

    private Portkey(ChildOfBench process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <returns>Null where it is not to be had; why is said on the way.</returns>
    public static async Task<Portkey?> TryStart(Stage stage, CancellationToken cancellationToken)
    {
        if (await Installed(cancellationToken) is not { } folder)
        {
            return null;
        }

        var port = Stage.FreePort();
        var script = Path.Combine(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
        var gateway = new Portkey(stage.Run("portkey", "node", [script, $"--port={port}", "--headless"], ("NODE_ENV", "production")), port);
        stage.Keep(gateway);
        using var http = ProductHost.Client(port);
        await gateway._process.Answers(http, "", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
        return gateway;
    }

    /// <summary>What a call carries besides the upstream's own key.</summary>
    /// <param name="upstream">Without <c>/v1</c>.</param>
    public static (string Name, string Value)[] To(Uri upstream) =>
        [("x-portkey-provider", "openai"), ("x-portkey-custom-host", new Uri(upstream, "v1").ToString())];

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Once, into the cache, exactly as the lock file has it.</summary>
    private static async Task<string?> Installed(CancellationToken cancellationToken)
    {
        var source = Path.Combine(Stage.Root, "bench", "Stateless", "portkey");
        var cache = Path.Combine(Stage.Root, ".cache", "portkey");
        var stamp = Path.Combine(cache, "installed");
        var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellationToken)));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == wanted)
        {
            return cache;
        }

        Directory.CreateDirectory(cache);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(cache, Path.GetFileName(file)), overwrite: true);
        }

        try
        {
            using var npm = Process.Start(
                new ProcessStartInfo("npm", ["ci", "--prefix", cache, "--no-audit", "--no-fund", "--ignore-scripts"]) { RedirectStandardOutput = true })!;
            _ = await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode == 0)
            {
                await File.WriteAllTextAsync(stamp, wanted, cancellationToken);
                return cache;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }

        await Console.Error.WriteLineAsync("The Portkey gateway is left out: npm could not install it.");
        return null;
    }
}
