using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.LlamaCpp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Presentation.DiscordClient.Inference;

/// <summary>Answers one prompt with every model here, so that an operator knows that this machine can serve before it joins.</summary>
internal static class CheckCommand
{
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] arguments, ClientSettings settings, TextWriter output)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        ClientSettings.AddSources(builder.Configuration, arguments);
        builder.Configuration["DataFolder"] = settings.DataFolder;
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole();
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddLlamaCpp(builder.Configuration).AddSingleton<AnswerGenerator>().AddSingleton<VectorGenerator>().AddSingleton<EngineCheck>();
        using var host = builder.Build();
        try
        {
            StartProblem.Check(host);
            await host.StartAsync();
        }
        catch (Exception wrong) when (StartProblem.Of(wrong) is not null)
        {
            await output.WriteLineAsync(StartProblem.Of(wrong));
            return 2;
        }

        var healthy = await host.Services.GetRequiredService<EngineCheck>().Run(output, CancellationToken.None);
        await host.StopAsync();
        return healthy ? 0 : 1;
    }
}
