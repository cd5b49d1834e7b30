using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MeatLizard.Infrastructure.Discord;

/// <summary>An id of Discord's. Later ones are greater, so ids of messages are also their order.</summary>
public readonly record struct Snowflake(ulong Value) : IComparable<Snowflake>, IParsable<Snowflake>
{
    private const long FirstMillisecond = 1_420_070_400_000;

    /// <summary>When it was drawn, to the millisecond.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds((long)(Value >> 22) + FirstMillisecond);

    public static bool operator <(Snowflake left, Snowflake right) => left.Value < right.Value;

    public static bool operator >(Snowflake left, Snowflake right) => left.Value > right.Value;

    public static bool operator <=(Snowflake left, Snowflake right) => left.Value <= right.Value;

    public static bool operator >=(Snowflake left, Snowflake right) => left.Value >= right.Value;

    /// <summary>The least id that could have been drawn then.</summary>
    public static Snowflake FirstAt(DateTimeOffset time) =>
        new((ulong)Math.Max(0, time.ToUnixTimeMilliseconds() - FirstMillisecond) << 22);

    /// <exception cref="FormatException">Not a decimal number of up to 64 bits.</exception>
    public static Snowflake Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("An id of Discord's is a decimal number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Snowflake result)
    {
        var parsed = ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        result = new(value);
        return parsed;
    }

    public int CompareTo(Snowflake other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
