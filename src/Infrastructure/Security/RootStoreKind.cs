namespace MeatLizard.Infrastructure.Security;

/// <summary>Where a worker's machine keeps its key.</summary>
public enum RootStoreKind
{
    /// <summary>The login keychain of macOS. Without a session at the screen (over SSH, as a daemon) it is locked.</summary>
    Keychain,

    /// <summary>A file in the data folder that only its owner may read.</summary>
    File,
}
