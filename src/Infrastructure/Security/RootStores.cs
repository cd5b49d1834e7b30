using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Security;

public static class RootStores
{
    /// <summary>The keychain on macOS; elsewhere a file in this folder that only its owner may read.</summary>
    public static IRootStore OfThisMachine(string folder) => OperatingSystem.IsMacOS() ? new KeychainRootStore() : new FileRootStore(folder);
}
