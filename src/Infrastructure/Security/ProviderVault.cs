using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Relay.Providers;

namespace MeatLizard.Infrastructure.Security;

/// <summary>version (1) | nonce (12) | ciphertext | tag (16), AES-256-GCM, with the provider's name and address as additional data.</summary>
internal sealed class ProviderVault(MasterKey master) : IProviderVault
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = 1 + NonceSize + TagSize;

    public byte[] Seal(string provider, string address, string key)
    {
        var plain = Encoding.UTF8.GetBytes(key);
        var blob = new byte[Overhead + plain.Length];
        blob[0] = Version;
        var nonce = blob.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = master.Cipher("provider key"u8);
        cipher.Encrypt(nonce, plain, blob.AsSpan(1 + NonceSize, plain.Length), blob.AsSpan(1 + NonceSize + plain.Length), For(provider, address));
        CryptographicOperations.ZeroMemory(plain);
        return blob;
    }

    public string? Open(string provider, string address, ReadOnlySpan<byte> sealedKey)
    {
        if (sealedKey.Length < Overhead || sealedKey[0] != Version)
        {
            return null;
        }

        var plain = new byte[sealedKey.Length - Overhead];
        using var cipher = master.Cipher("provider key"u8);
        try
        {
            cipher.Decrypt(
                sealedKey.Slice(1, NonceSize),
                sealedKey.Slice(1 + NonceSize, plain.Length),
                sealedKey[(1 + NonceSize + plain.Length)..],
                plain,
                For(provider, address));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>No name has a line break.</summary>
    private static byte[] For(string provider, string address) => Encoding.UTF8.GetBytes($"{provider}\n{address}");
}
