using System.Buffers;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>What both databases can hold, so that either gives back the same: the one place where values are cut to fit.</summary>
internal static class StoredValue
{
    private static readonly SearchValues<char> Suspects =
        SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit), '\0']);

    /// <summary>Times are kept to the microsecond, PostgreSQL's precision.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Time(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.UtcTicks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan Duration(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>NUL and halves of a surrogate pair fit neither database's text: they become U+FFFD.</summary>
    public static string Text(string text)
    {
        var first = text.AsSpan().IndexOfAny(Suspects);
        return first < 0 ? text : Mended(text, first);
    }

    private static string Mended(string text, int from)
    {
        char[]? mended = null;
        for (var i = from; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (text[i] == '\0' || char.IsSurrogate(text[i]))
            {
                mended ??= text.ToCharArray();
                mended[i] = '\uFFFD';
            }
        }

        return mended is null ? text : new string(mended);
    }
}
