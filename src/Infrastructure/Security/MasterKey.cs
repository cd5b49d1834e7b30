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
    private const int Size = 32;

    private readonly byte[] _key;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            throw new ArgumentException($"A master key has {Size} bytes.", nameof(key));
        }

        _key = key.ToArray();
    }

    public static MasterKey From(IConfiguration configuration)
    {
        if (configuration["Security:MasterKey"] is { Length: > 0 } configured)
        {
            return new(Convert.FromHexString(configured));
        }

        var folder = configuration["DataFolder"] is { Length: > 0 } given ? given : "./data";
        return new(Convert.FromHexString(SecretFile.HexOf(Path.Combine(folder, FileName))));
    }

    /// <summary>A key of its own for each purpose.</summary>
    public AesGcm Cipher(ReadOnlySpan<byte> purpose)
    {
        Span<byte> key = stackalloc byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, key, [], purpose);
        var cipher = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
