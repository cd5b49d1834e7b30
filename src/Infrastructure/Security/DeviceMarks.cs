using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Identity.Lockout;

namespace MeatLizard.Infrastructure.Security;

/// <summary>nonce (12) | ciphertext of the browser's name (16) | tag (16), AES-256-GCM, with the account as additional data; base64url.</summary>
internal sealed class DeviceMarks(MasterKey master) : IDeviceMarks
{
    private const int NonceSize = 12;
    private const int NameSize = 16;
    private const int TagSize = 16;
    private const int Size = NonceSize + NameSize + TagSize;

    public string Make(string account)
    {
        Span<byte> mark = stackalloc byte[Size];
        RandomNumberGenerator.Fill(mark[..(NonceSize + NameSize)]);
        Span<byte> name = stackalloc byte[NameSize];
        mark.Slice(NonceSize, NameSize).CopyTo(name);
        using var cipher = master.Cipher("device mark"u8);
        cipher.Encrypt(mark[..NonceSize], name, mark.Slice(NonceSize, NameSize), mark[(NonceSize + NameSize)..], Bound(account));
        return Base64Url.EncodeToString(mark);
    }

    public string? Read(string account, string? mark)
    {
        Span<byte> read = stackalloc byte[Size];
        if (mark is null
            || mark.Length != Base64Url.GetEncodedLength(Size)
            || !Base64Url.TryDecodeFromChars(mark, read, out var length)
            || length != Size)
        {
            return null;
        }

        Span<byte> name = stackalloc byte[NameSize];
        using var cipher = master.Cipher("device mark"u8);
        try
        {
            cipher.Decrypt(read[..NonceSize], read.Slice(NonceSize, NameSize), read[(NonceSize + NameSize)..], name, Bound(account));
            return Convert.ToHexStringLower(name);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Bound(string account) => Encoding.UTF8.GetBytes(account.Trim().ToLowerInvariant());
}
