using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Relay.Providers;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Puts together what the configuration and the admins say of providers. The admins have the last word.</summary>
/// <param name="configured">Checked and complete, by name.</param>
internal sealed class ProviderBook(IReadOnlyDictionary<string, ProviderOptions> configured, IProviderVault vault)
{
    /// <summary>In the order in which they are asked.</summary>
    /// <param name="settings">What can't work, perhaps because the configuration has changed since, has no part in it.</param>
    public IReadOnlyList<PlannedProvider> Plan(IReadOnlyList<ProviderSetting> settings)
    {
        var kept = settings.Where(setting => ProviderRules.Check(Merge(setting)) is null).ToDictionary(setting => setting.Name);
        return
        [
            .. configured.Keys.Union(kept.Keys)
                .Select(name => kept.TryGetValue(name, out var setting)
                    ? Plan(setting)
                    : new PlannedProvider(name, configured[name]) { IsConfigured = true })
                .OrderBy(plan => plan.Options.Order).ThenBy(plan => plan.Name, StringComparer.Ordinal),
        ];
    }

    public ProviderCheck Check(ProviderSetting setting)
    {
        var options = Merge(setting);
        return new(
            options.BaseUrl,
            ProviderRules.Check(options) is (var option, var must)
                ? Refusal.Invalid(Field(option), "invalid_request", $"{option} {must}")
                : null);
    }

    /// <summary>As callers of the API call it.</summary>
    private static string Field(string option) =>
        option == nameof(ProviderOptions.Patience) ? "patience_seconds" : JsonNamingPolicy.SnakeCaseLower.ConvertName(option);

    /// <summary>With the configured key, if it would go to the address that it is configured for.</summary>
    private ProviderOptions Merge(ProviderSetting setting)
    {
        var (draft, basis) = (setting.Draft, configured.GetValueOrDefault(setting.Name) ?? new());
        var merged = ProviderRules.Complete(basis with
        {
            Kind = draft.Kind ?? basis.Kind,
            BaseUrl = draft.BaseUrl ?? (draft.Kind is null || draft.Kind.Equals(basis.Kind, StringComparison.OrdinalIgnoreCase) ? basis.BaseUrl : ""),
            Models = draft.Models is { Count: > 0 } models ? string.Join(',', models) : basis.Models,
            Thinking = draft.Thinking ?? basis.Thinking,
            Patience = draft.Patience ?? basis.Patience,
            Order = draft.Order ?? basis.Order,
            InputPrice = draft.InputPrice ?? basis.InputPrice,
            OutputPrice = draft.OutputPrice ?? basis.OutputPrice,
            Currency = draft.Currency ?? basis.Currency,
            MonthlyBudget = draft.MonthlyBudget ?? basis.MonthlyBudget,
        });
        return merged.BaseUrl == basis.BaseUrl ? merged : merged with { Key = "" };
    }

    private PlannedProvider Plan(ProviderSetting setting)
    {
        var plan = new PlannedProvider(setting.Name, Merge(setting)) { IsConfigured = configured.ContainsKey(setting.Name), IsKept = true };
        return setting.SealedKey is not { } sealedKey ? plan
            : vault.Open(setting.Name, plan.Options.BaseUrl, sealedKey) is { } key
                ? plan with { Options = plan.Options with { Key = key }, KeyIsKept = true }
            : plan with
            {
                KeyIsKept = true,
                Obstacle = $"The key that is kept for the provider {setting.Name} can't be opened: it was sealed under another Security:MasterKey, or for another address. Give it again.",
            };
    }
}
