using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Bench;

/// <summary>A server of the bench's own, Kestrel and next to nothing, in a process of its own with the product's runtime settings.</summary>
internal sealed class BareHost : IAsyncDisposable
{
    private BareHost(ChildOfBench process, int port) => (Process, Port) = (process, port);

    public ChildOfBench Process { get; }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>It is the caller's to end.</summary>
    /// <param name="verb">What the bench's program is to be in that process.</param>
    /// <param name="arguments">After the port.</param>
    public static async Task<BareHost> Start(Stage stage, string verb, params string[] arguments)
    {
        var port = Stage.FreePort();
        string[] line =
        [
            "exec", "--runtimeconfig", Path.ChangeExtension(Stage.Product, ".runtimeconfig.json"), typeof(BareHost).Assembly.Location,
            verb, $"{port}", .. arguments,
        ];
        var host = new BareHost(stage.Run(verb, "dotnet", line), port);
        try
        {
            using var http = ProductHost.Client(port);
            await host.Process.Answers(http, "ready", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>For the process itself.</summary>
    /// <param name="port">As it stands on the command line.</param>
    public static WebApplication Build(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}");
        var app = builder.Build();
        app.MapGet("/ready", () => Results.Ok());
        return app;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
