namespace MeatLizard.Application.Relay.Providers;

/// <summary>Keeps providers' keys unreadable in the database. A key is sealed for one provider at one address: it is never sent to another.</summary>
public interface IProviderVault
{
    byte[] Seal(string provider, string address, string key);

    /// <returns>Null when it was sealed for another provider or address, under another master key, or was changed.</returns>
    string? Open(string provider, string address, ReadOnlySpan<byte> sealedKey);
}
