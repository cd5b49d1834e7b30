using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Identity.Lockout;

namespace MeatLizard.Infrastructure.Security;

/// <summary>A browser's name (16) as <see cref="MasterKey.Seal"/> seals it, bound to the account; base64url.</summary>
internal sealed class DeviceMarks(MasterKey master) : IDeviceMarks
{
    private const int NameSize = 16;

    public string Make(string account) => Base64Url.EncodeToString(
        master.Seal("device mark"u8, RandomNumberGenerator.GetBytes(NameSize), Bound(account)));

    public string? Read(string account, string? mark) => mark is not null
        && Base64Url.IsValid(mark, out var length)
        && length == NameSize + MasterKey.Overhead
        && master.Open("device mark"u8, Base64Url.DecodeFromChars(mark), Bound(account)) is { } name
            ? Convert.ToHexStringLower(name)
            : null;

    private static byte[] Bound(string account) => Encoding.UTF8.GetBytes(account.Trim().ToLowerInvariant());
}
