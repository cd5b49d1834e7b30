using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>What is in force, and where each value comes from.</summary>
internal static class ConfigurationReport
{
    public static void Write(IConfigurationRoot configuration, TextWriter output)
    {
        var lines = new List<(string Path, string Value, string Source)>();
        foreach (var key in ConfigurationKeys.All)
        {
            var found = Paths(configuration, key).Select(path => Line(configuration, key, path)).OfType<(string, string, string)>()
                .ToArray();
            lines.AddRange(found);
            if (found.Length == 0 && !key.Path.Contains('*', StringComparison.Ordinal))
            {
                lines.Add((key.Path, key.Default, "default"));
            }
        }

        var width = lines.Max(line => line.Path.Length);
        foreach (var (path, value, source) in lines)
        {
            output.WriteLine($"{path.PadRight(width)} = {value}{(value.Length == 0 ? "" : " ")}({source})");
        }
    }

    private static IEnumerable<string> Paths(IConfigurationRoot configuration, ConfigurationKey key) =>
        key.Path.Contains('*', StringComparison.Ordinal)
            ? configuration.GetSection(key.Root).AsEnumerable().Select(pair => pair.Key).Where(key.Matches).Order(StringComparer.Ordinal)
            : [key.Path];

    private static (string, string, string)? Line(IConfigurationRoot configuration, ConfigurationKey key, string path)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(path, out var value) && value is not null)
            {
                return (path, key.IsSecret && value.Length > 0 ? "********" : value, Name(provider));
            }
        }

        return null;
    }

    private static string Name(IConfigurationProvider provider) => provider switch
    {
        EnvironmentVariablesConfigurationProvider => "environment",
        JsonConfigurationProvider json => json.Source.Path ?? "appsettings.json",
        MemoryConfigurationProvider or CommandLineConfigurationProvider => "command line",
        _ => "host",
    };
}
