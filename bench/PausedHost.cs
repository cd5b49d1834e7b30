using MeatLizard.Application.Relay;
using MeatLizard.Presentation.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Bench;

/// <summary>The product's host with its dispatcher paused: what it then does is take messages.</summary>
internal static class PausedHost
{
    public const string Verb = "paused-host";

    public static async Task Run(IReadOnlyList<string> arguments)
    {
        await using var app = ApiApplication.Build(arguments);
        app.Services.GetRequiredService<DispatchGate>().Pause();
        await ApiApplication.Prepare(app, CancellationToken.None);
        await app.StartAsync();
        await app.WaitForShutdownAsync();
    }
}
