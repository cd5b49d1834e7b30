using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Relay.Providers;

namespace MeatLizard.Infrastructure.Security;

/// <summary>version (1) | the key as <see cref="MasterKey.Seal"/> seals it, bound to the provider's name and address.</summary>
internal sealed class ProviderVault(MasterKey master) : IProviderVault
{
    private const byte Version = 1;

    public byte[] Seal(string provider, string address, string key)
    {
        var plain = Encoding.UTF8.GetBytes(key);
        byte[] blob = [Version, .. master.Seal("provider key"u8, plain, For(provider, address))];
        CryptographicOperations.ZeroMemory(plain);
        return blob;
    }

    public string? Open(string provider, string address, ReadOnlySpan<byte> sealedKey)
    {
        if (sealedKey is not [Version, .. var blob] || master.Open("provider key"u8, blob, For(provider, address)) is not { } plain)
        {
            return null;
        }

        var key = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return key;
    }

    /// <summary>No name has a line break.</summary>
    private static byte[] For(string provider, string address) => Encoding.UTF8.GetBytes($"{provider}\n{address}");
}
