using MeatLizard.Infrastructure.HostStart;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Presentation.DiscordClient;

/// <summary>What the commands have in common that run an engine here.</summary>
internal static class ClientHost
{
    public static HostApplicationBuilder Begin(string[] arguments, ClientSettings settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        ClientSettings.AddSources(builder.Configuration, arguments);
        HomePaths.Expand(builder.Configuration);
        builder.Configuration["DataFolder"] = settings.DataFolder;
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole().SetMinimumLevel(LogLevel.Warning);
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new() { ValidateOnBuild = true, ValidateScopes = true }));
        return builder;
    }

    /// <returns>False when it cannot start as it is set up; why is said.</returns>
    public static async Task<bool> TryStart(IHost host, TextWriter output)
    {
        try
        {
            StartProblem.Check(host);
            await host.StartAsync();
            return true;
        }
        catch (Exception wrong) when (StartProblem.Of(wrong) is not null)
        {
            await output.WriteLineAsync(StartProblem.Of(wrong));
            return false;
        }
    }
}
