namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>What <c>./run</c> was told.</summary>
/// <param name="ShowConfiguration">The verb <c>config</c>: print what is in force and end.</param>
/// <param name="Settings">Configuration keys and their values, aliases resolved.</param>
internal sealed record CommandLine(bool ShowConfiguration, IReadOnlyDictionary<string, string?> Settings)
{
    private const string Usage = "run without arguments, or give config, --urls URL, --model FILE or --Section:Key=value";

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var showConfiguration = false;
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "config" && i == 0)
            {
                showConfiguration = true;
                continue;
            }

            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new WrongConfigurationException($"'{argument}' is not understood: {Usage}.");
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument[2..] : argument[2..equals];
            var value = equals >= 0 ? argument[(equals + 1)..]
                : i + 1 < arguments.Count ? arguments[++i]
                : throw new WrongConfigurationException($"--{name} needs a value.");
            settings[KeyOf(name, value)] = value;
        }

        return new(showConfiguration, settings);
    }

    private static string KeyOf(string name, string value)
    {
        if (name.Equals("model", StringComparison.OrdinalIgnoreCase))
        {
            return File.Exists(value) ? "Inference:Models" : throw new WrongConfigurationException($"--model names no file: {value}.");
        }

        var isKnown = ConfigurationKeys.Find(name) is not null
            || ConfigurationKeys.FrameworkSections.Any(section => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
        return isKnown ? name : throw new WrongConfigurationException($"--{name} is not a setting: {Usage}.");
    }
}
