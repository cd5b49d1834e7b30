namespace MeatLizard.Application.Relay.Providers;

/// <summary>What providers' answers have cost, by month.</summary>
public interface IProviderSpending
{
    /// <summary>At the commit, which must be that of the answer's usage entry: that one is written once for each request, and so is this.</summary>
    void Add(ProviderCharge charge);

    /// <summary>The sums of one month.</summary>
    Task<IReadOnlyList<ProviderCharge>> List(string month, CancellationToken cancellationToken);
}
