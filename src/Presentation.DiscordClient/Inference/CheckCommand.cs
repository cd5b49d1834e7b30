using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.LlamaCpp;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Presentation.DiscordClient.Inference;

/// <summary>Answers one prompt with every model here, so that an operator knows that this machine can serve before it joins.</summary>
internal static class CheckCommand
{
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] arguments, ClientSettings settings, TextWriter output)
    {
        var builder = ClientHost.Begin(arguments, settings);
        builder.Services.AddLlamaCpp(builder.Configuration).AddSingleton<AnswerGenerator>().AddSingleton<VectorGenerator>().AddSingleton<EngineCheck>();
        using var host = builder.Build();
        if (!await ClientHost.TryStart(host, output))
        {
            return 2;
        }

        var healthy = await host.Services.GetRequiredService<EngineCheck>().Run(output, CancellationToken.None);
        await host.StopAsync();
        return healthy ? 0 : 1;
    }
}
