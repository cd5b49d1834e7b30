using System.Buffers.Binary;
using System.Buffers.Text;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// The key of a page's last row, opaque to callers: base64url of a letter for the kind of list, a number, and an id where the
/// number alone is no key.
/// </summary>
internal static class PageCursor
{
    private const int NumberLength = 1 + sizeof(long);
    private const int Length = NumberLength + 16;

    public static string Write(char kind, long number, Guid id = default)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], number);
        id.TryWriteBytes(bytes[NumberLength..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="FormatException">It is not a cursor of this kind.</exception>
    public static (long Number, Guid Id) Read(char kind, string cursor)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (cursor.Length > 64
            || !Base64Url.IsValid(cursor, out var length)
            || length != Length
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out _)
            || bytes[0] != kind)
        {
            throw new FormatException("The cursor is not one of this list's.");
        }

        return (BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), new Guid(bytes[NumberLength..], bigEndian: true));
    }
}
