using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.HostStart;

/// <summary>Where a setting names a place below the home folder by its usual sign: in --Key=~/folder and in files no shell reads it.</summary>
public static class HomePaths
{
    private const string Sign = "~/";

    private static readonly string[] Keys = ["DataFolder", "Inference:Models", "Inference:LlamaServer"];

    /// <summary>Each value is written out where it comes from.</summary>
    public static void Expand(IConfigurationRoot configuration)
    {
        foreach (var provider in configuration.Providers)
        {
            foreach (var key in Keys)
            {
                if (provider.TryGet(key, out var value) && value?.StartsWith(Sign, StringComparison.Ordinal) == true)
                {
                    provider.Set(key, Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), value[Sign.Length..]));
                }
            }
        }
    }
}
