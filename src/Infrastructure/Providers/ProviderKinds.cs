namespace MeatLizard.Infrastructure.Providers;

/// <summary>The wires that are known. A new one is a file that knows it, and a word here.</summary>
public static class ProviderKinds
{
    private static readonly ProviderKind[] All = [OpenAiProvider.Kind, AnthropicProvider.Kind, GeminiProvider.Kind];

    /// <summary>What <c>Providers:{name}:Kind</c> may be.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    internal static ProviderKind? Find(string name) => All.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
