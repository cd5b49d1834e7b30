using System.Globalization;
using MeatLizard.Application.Relay.Providers;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class ProviderSettingStore(DbSession session) : IProviderSettings
{
    public async Task<IReadOnlyList<ProviderSetting>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            """
            SELECT name, kind, base_url, models, thinking, patience_us AS patience, turn, input_price, output_price, currency, monthly_budget,
                sealed_key, changed_at
            FROM provider_setting ORDER BY name
            """,
            [],
            cancellationToken);
        return [.. rows.Select(row => row.Setting())];
    }

    public void Save(ProviderSetting setting) => session.Write(new(
        "provider_setting",
        """
        INSERT INTO provider_setting
            (name, kind, base_url, models, thinking, patience_us, turn, input_price, output_price, currency, monthly_budget, sealed_key, changed_at)
        VALUES (@name, @kind, @address, @models, @thinking, @patience, @turn, @input, @output, @currency, @budget, @key, @changed)
        ON CONFLICT (name) DO UPDATE SET
            kind = excluded.kind, base_url = excluded.base_url, models = excluded.models, thinking = excluded.thinking,
            patience_us = excluded.patience_us, turn = excluded.turn, input_price = excluded.input_price,
            output_price = excluded.output_price, currency = excluded.currency, monthly_budget = excluded.monthly_budget,
            sealed_key = excluded.sealed_key, changed_at = excluded.changed_at
        """,
        ("@name", setting.Name),
        ("@kind", setting.Draft.Kind),
        ("@address", setting.Draft.BaseUrl),
        ("@models", setting.Draft.Models is { } models ? string.Join(',', models) : null),
        ("@thinking", setting.Draft.Thinking),
        ("@patience", setting.Draft.Patience),
        ("@turn", setting.Draft.Order),
        ("@input", Text(setting.Draft.InputPrice)),
        ("@output", Text(setting.Draft.OutputPrice)),
        ("@currency", setting.Draft.Currency),
        ("@budget", Text(setting.Draft.MonthlyBudget)),
        ("@key", setting.SealedKey),
        ("@changed", setting.ChangedAt)));

    public void Remove(string name) =>
        session.Write(new("provider_setting", "DELETE FROM provider_setting WHERE name = @name", ("@name", name)));

    private static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Row
    {
        public required string Name { get; init; }

        public required string? Kind { get; init; }

        public required string? BaseUrl { get; init; }

        public required string? Models { get; init; }

        public required string? Thinking { get; init; }

        public required TimeSpan? Patience { get; init; }

        public required int? Turn { get; init; }

        public required string? InputPrice { get; init; }

        public required string? OutputPrice { get; init; }

        public required string? Currency { get; init; }

        public required string? MonthlyBudget { get; init; }

        public required byte[]? SealedKey { get; init; }

        public required DateTimeOffset ChangedAt { get; init; }

        public ProviderSetting Setting() => new()
        {
            Name = Name,
            Draft = new()
            {
                Kind = Kind,
                BaseUrl = BaseUrl,
                Models = Models?.Split(',', StringSplitOptions.RemoveEmptyEntries),
                Thinking = Thinking,
                Patience = Patience,
                Order = Turn,
                InputPrice = Number(InputPrice),
                OutputPrice = Number(OutputPrice),
                Currency = Currency,
                MonthlyBudget = Number(MonthlyBudget),
            },
            SealedKey = SealedKey,
            ChangedAt = ChangedAt,
        };
    }
}
