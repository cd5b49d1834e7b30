using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.Security;

/// <summary>
/// What secrets in the database are sealed with: <c>Security:MasterKey</c> (64 hex digits), or else <c>master.key</c> in the data folder,
/// made at the first start. Hosts that share a database share the key.
/// </summary>
internal sealed class MasterKey
{
    public const string FileName = "master.key";

    /// <summary>By which what is sealed is longer than what is in it.</summary>
    public const int Overhead = NonceSize + TagSize;

    private const int Size = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _key;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new ArgumentException($"A master key has {Size} bytes.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <exception cref="FormatException">It is configured in another form.</exception>
    public static MasterKey From(IConfiguration configuration)
    {
        if (configuration["Security:MasterKey"] is { Length: > 0 } configured)
        {
            return configured.Length == 2 * Size && configured.All(char.IsAsciiHexDigit)
                ? new(Convert.FromHexString(configured))
                : throw new FormatException($"Security:MasterKey has {2 * Size} hex digits.");
        }

        var folder = configuration["DataFolder"] is { Length: > 0 } given ? given : "./data";
        return new(Convert.FromHexString(SecretFile.HexOf(Path.Combine(folder, FileName))));
    }

    /// <summary>nonce (12) | ciphertext | tag (16), AES-256-GCM.</summary>
    /// <param name="purpose">Each has a key of its own.</param>
    /// <param name="bound">What must be the same when it is opened, and is not in it.</param>
    public byte[] Seal(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var blob = new byte[Overhead + plain.Length];
        var nonce = blob.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher(purpose);
        cipher.Encrypt(nonce, plain, blob.AsSpan(NonceSize, plain.Length), blob.AsSpan(NonceSize + plain.Length), bound);
        return blob;
    }

    /// <returns>Null when it was not sealed by this key, for this purpose, and bound to this.</returns>
    public byte[]? Open(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> blob, ReadOnlySpan<byte> bound)
    {
        if (blob.Length < Overhead)
        {
            return null;
        }

        var plain = new byte[blob.Length - Overhead];
        using var cipher = Cipher(purpose);
        try
        {
            cipher.Decrypt(blob[..NonceSize], blob.Slice(NonceSize, plain.Length), blob[(NonceSize + plain.Length)..], plain, bound);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>HMAC-SHA256: the same for the same bytes, and nobody without the key can tell which they were.</summary>
    /// <param name="purpose">Each has a key of its own.</param>
    public byte[] Mark(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> bytes)
    {
        Span<byte> key = stackalloc byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, key, [], purpose);
        var mark = HMACSHA256.HashData(key, bytes);
        CryptographicOperations.ZeroMemory(key);
        return mark;
    }

    private AesGcm Cipher(ReadOnlySpan<byte> purpose)
    {
        Span<byte> key = stackalloc byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, key, [], purpose);
        var cipher = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
