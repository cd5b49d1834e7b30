namespace MeatLizard.Application.Relay.Providers;

/// <summary>The models of providers, by name.</summary>
internal static class ProviderModels
{
    /// <summary>A model's name as its provider writes it, and usage is written down: whoever asks may use other capitals.</summary>
    /// <returns>Null when no provider has it.</returns>
    public static string? Spelling(this IProviders providers, string? model) =>
        providers.List().SelectMany(provider => provider.Models).FirstOrDefault(known => known.Equals(model, StringComparison.OrdinalIgnoreCase));
}
