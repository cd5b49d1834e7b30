using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>What is in force, and where each value comes from.</summary>
internal static class ConfigurationReport
{
    public const string Default = "default";

    public static void Write(IConfigurationRoot configuration, TextWriter output)
    {
        var values = Read(configuration);
        var width = values.Max(line => line.Path.Length);
        foreach (var (path, value, source, _) in values)
        {
            output.WriteLine($"{path.PadRight(width)} = {value}{(value.Length == 0 ? "" : " ")}({source})");
        }
    }

    /// <summary>Every key that has a value or a default, in the order of <see cref="ConfigurationKeys"/>.</summary>
    public static IReadOnlyList<ConfiguredValue> Read(IConfigurationRoot configuration)
    {
        List<ConfiguredValue> values = [];
        foreach (var key in ConfigurationKeys.All)
        {
            var found = Paths(configuration, key).Select(path => Find(configuration, key, path)).OfType<ConfiguredValue>().ToArray();
            values.AddRange(found);
            if (found.Length == 0 && !key.Path.Contains('*', StringComparison.Ordinal))
            {
                values.Add(new(key.Path, key.Default, Default, key.IsSecret));
            }
        }

        return values;
    }

    private static IEnumerable<string> Paths(IConfigurationRoot configuration, ConfigurationKey key) =>
        key.Path.Contains('*', StringComparison.Ordinal)
            ? configuration.GetSection(key.Root).AsEnumerable().Select(pair => pair.Key).Where(key.Matches).Order(StringComparer.Ordinal)
            : [key.Path];

    private static ConfiguredValue? Find(IConfigurationRoot configuration, ConfigurationKey key, string path)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(path, out var value) && value is not null)
            {
                return new(path, key.IsSecret && value.Length > 0 ? "********" : value, Name(provider), key.IsSecret);
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
