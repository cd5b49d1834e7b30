using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Security;

public static class RootStores
{
    /// <param name="folder">The worker's data folder.</param>
    /// <param name="wanted">Null: the keychain on macOS, elsewhere a file in this folder.</param>
    public static IRootStore OfThisMachine(string folder, RootStoreKind? wanted = null) =>
        (wanted ?? (OperatingSystem.IsMacOS() ? RootStoreKind.Keychain : RootStoreKind.File)) == RootStoreKind.Keychain
            ? new KeychainRootStore(folder)
            : new FileRootStore(folder);
}
