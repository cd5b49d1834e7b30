using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MeatLizard.Application.Identity;

/// <summary>Secrets that we draw ourselves. They have 256 random bits: a plain hash of them can be stored and looked up.</summary>
public static class SecretToken
{
    /// <summary>What every API key begins with, so that a leaked one is recognised.</summary>
    public const string KeyPrefix = "ml_";

    private const int ShownOfKey = 9;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string NewKey() => KeyPrefix + New();

    /// <summary>What is kept of a key for its owner to tell it from others: its first nine characters.</summary>
    public static string PrefixOf(string key) => key[..ShownOfKey];

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
