using MeatLizard.Infrastructure.Relay;

namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>Looks at every value before anything is started.</summary>
internal static class ConfigurationCheck
{
    /// <exception cref="WrongConfigurationException">A key is unknown or its value is wrong.</exception>
    public static void Run(IConfiguration configuration)
    {
        foreach (var root in ConfigurationKeys.All.Select(key => key.Root).Distinct())
        {
            foreach (var (path, value) in configuration.GetSection(root).AsEnumerable())
            {
                if (value is not null)
                {
                    Check(path, value);
                }
            }
        }

        var (email, password) = (configuration["Identity:Owner:Email"], configuration["Identity:Owner:Password"]);
        if (string.IsNullOrEmpty(email) != string.IsNullOrEmpty(password))
        {
            var missing = string.IsNullOrEmpty(email) ? "Email" : "Password";
            throw new WrongConfigurationException(
                $"Identity:Owner:{missing} is missing: an owner needs both an e-mail address and a password.");
        }

        if (password is { Length: > 0 and < 10 })
        {
            throw new WrongConfigurationException("Identity:Owner:Password must have at least 10 characters.");
        }

        if ("Postgres".Equals(configuration["Storage:Provider"], StringComparison.OrdinalIgnoreCase)
            && string.IsNullOrWhiteSpace(configuration["Storage:ConnectionString"]))
        {
            throw new WrongConfigurationException("Storage:ConnectionString is missing: PostgreSQL needs one.");
        }

        try
        {
            _ = ConfiguredWorkers.From(configuration);
        }
        catch (FormatException wrong)
        {
            throw new WrongConfigurationException(wrong.Message);
        }
    }

    private static void Check(string path, string value)
    {
        if (ConfigurationKeys.Find(path) is not { } key)
        {
            // A bare variable of the environment that happens to have a section's name is nobody's mistake.
            if (path.Contains(':', StringComparison.Ordinal))
            {
                throw new WrongConfigurationException($"{path} is not a setting{Suggestion(path)}.");
            }

            return;
        }

        if (key.Fault(value) is { } fault)
        {
            throw new WrongConfigurationException(key.IsSecret ? $"{path} {fault}." : $"{path} {fault}, not '{value}'.");
        }
    }

    private static string Suggestion(string path)
    {
        var section = path.Split(':')[0];
        var keys = ConfigurationKeys.All.Where(key => key.Root.Equals(section, StringComparison.OrdinalIgnoreCase)).Select(key => key.Path);
        return $"; known ones are {string.Join(", ", keys)}";
    }
}
