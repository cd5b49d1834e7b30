using MeatLizard.Application.Relay.Providers;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class ProviderSpentStore(DbSession session) : IProviderSpending
{
    public void Add(ProviderCharge charge) => session.Write(new(
        "provider_spent",
        """
        INSERT INTO provider_spent (provider, month, currency, billionths) VALUES (@provider, @month, @currency, @billionths)
        ON CONFLICT (provider, month, currency) DO UPDATE SET billionths = provider_spent.billionths + excluded.billionths
        """,
        ("@provider", charge.Provider),
        ("@month", charge.Month),
        ("@currency", charge.Currency),
        ("@billionths", charge.Billionths)));

    public async Task<IReadOnlyList<ProviderCharge>> List(string month, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            "SELECT provider, month, currency, billionths FROM provider_spent WHERE month = @month", [("@month", month)], cancellationToken);
        return [.. rows.Select(row => new ProviderCharge(row.Provider, row.Month, row.Currency, row.Billionths))];
    }

    private sealed record Row
    {
        public required string Provider { get; init; }

        public required string Month { get; init; }

        public required string Currency { get; init; }

        public required long Billionths { get; init; }
    }
}
