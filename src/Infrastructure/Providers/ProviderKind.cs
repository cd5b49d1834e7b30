using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>A wire that providers speak.</summary>
/// <param name="BaseUrl">Where its own API begins.</param>
/// <param name="Open">Makes a client that tries once, of options with an address.</param>
internal sealed record ProviderKind(string Name, string BaseUrl, Func<ProviderOptions, TimeProvider, IChatClient> Open);
