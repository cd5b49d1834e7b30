using MeatLizard.Application.Operations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>Writes down what an answer has cost: its tokens, and the money, if a provider has written it. In one commit, which there is once.</summary>
internal sealed class ProviderBill(IUsageLog usages, IProviderSpending spending, IProviders providers)
{
    public void Add(UsageEntry entry, AttemptTarget? target)
    {
        usages.Add(entry);
        if (target is { Kind: OriginKind.Provider, Name: var name } && providers.CostOf(new(name), entry.Usage, entry.CreatedAt) is { } cost)
        {
            spending.Add(cost);
        }
    }
}
