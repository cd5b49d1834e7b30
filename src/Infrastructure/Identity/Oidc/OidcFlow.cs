using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Identity.Oidc;

/// <summary>
/// What must be known again when the browser comes back, in its own cookie, as <see cref="MasterKey.Seal"/> seals it; base64url. Inside:
/// end (8, seconds) | state (32) | nonce (32) | verifier (32) | callback.
/// </summary>
internal sealed class OidcFlow(MasterKey master, TimeProvider time)
{
    private const int Part = 32;
    private const int Fixed = sizeof(long) + (3 * Part);
    private const int LongestCookie = 3000;

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    public (Secrets Secrets, string Sealed) Begin(Uri callback)
    {
        var address = Encoding.UTF8.GetBytes(callback.AbsoluteUri);
        var open = new byte[Fixed + address.Length];
        BinaryPrimitives.WriteInt64BigEndian(open, (time.GetUtcNow() + GoodFor).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(open.AsSpan(sizeof(long), 3 * Part));
        address.CopyTo(open, Fixed);
        return (Read(open), Base64Url.EncodeToString(master.Seal("oidc flow"u8, open, [])));
    }

    /// <returns>Null when it is none of ours, was changed, or is older than ten minutes.</returns>
    public Secrets? Open(string? cookie)
    {
        if (cookie is not { Length: > 0 and < LongestCookie }
            || !Base64Url.IsValid(cookie, out var length)
            || length <= Fixed + MasterKey.Overhead
            || master.Open("oidc flow"u8, Base64Url.DecodeFromChars(cookie), []) is not { } open)
        {
            return null;
        }

        return time.GetUtcNow().ToUnixTimeSeconds() < BinaryPrimitives.ReadInt64BigEndian(open) ? Read(open) : null;
    }

    private static Secrets Read(byte[] open) => new(
        Text(open, 0), Text(open, 1), Text(open, 2), new(Encoding.UTF8.GetString(open.AsSpan(Fixed))));

    private static string Text(byte[] open, int part) => Base64Url.EncodeToString(open.AsSpan(sizeof(long) + (part * Part), Part));

    /// <param name="Verifier">The code's proof: its hash goes with the browser, it itself only from here to the issuer.</param>
    /// <param name="Callback">To which the issuer was told to send the browser back.</param>
    internal sealed record Secrets(string State, string Nonce, string Verifier, Uri Callback)
    {
        public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
    }
}
