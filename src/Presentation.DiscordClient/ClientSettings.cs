using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Security;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Presentation.DiscordClient;

/// <param name="DataFolder">Where the worker keeps what it must not forget.</param>
/// <param name="Worker">Section <c>Worker</c>.</param>
/// <param name="Proxy">An HTTP proxy for the way to the server; null: as the system says.</param>
internal sealed record ClientSettings(string DataFolder, WorkerOptions Worker, Uri? Proxy)
{
    private const string UsualFolder = "./data/worker";

    private static readonly TimeSpan LongestDrain = TimeSpan.FromHours(1);

    /// <summary>Files, then the environment, then the command line.</summary>
    public static TBuilder AddSources<TBuilder>(TBuilder builder, string[] arguments)
        where TBuilder : IConfigurationBuilder
    {
        builder
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables()
            .AddCommandLine(arguments);
        return builder;
    }

    /// <exception cref="FormatException">A value has the wrong form; the message names its key.</exception>
    public static ClientSettings From(IConfiguration configuration)
    {
        Uri? proxy = null;
        if (configuration["Server:Proxy"] is { Length: > 0 } given && !Uri.TryCreate(given, UriKind.Absolute, out proxy))
        {
            throw new FormatException("Server:Proxy is a whole address, for example http://proxy.example.org:3128.");
        }

        try
        {
            return new(
                configuration["DataFolder"] is { Length: > 0 } folder ? folder : UsualFolder,
                configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new(),
                proxy);
        }
        catch (InvalidOperationException wrong) when (StartProblem.Of(wrong) is not null)
        {
            throw new FormatException(StartProblem.Of(wrong), wrong);
        }
    }

    /// <summary>What is wrong with them, in one sentence; null when nothing is.</summary>
    public string? Problem => Worker switch
    {
        { MinBattery: < 0 or > 100 } => "Worker:MinBattery is a percentage, from 0 (never mind the battery) to 100.",
        { DrainWithin: var within } when within < TimeSpan.Zero || within > LongestDrain => "Worker:DrainWithin lies between 00:00:00 and 01:00:00.",
        { KeyStore: RootStoreKind.Keychain } when !OperatingSystem.IsMacOS() => "Worker:KeyStore is File here: only macOS has a keychain.",
        _ => null,
    };
}
