using System.Globalization;

namespace MeatLizard.DiscordStandIn.Wire;

/// <summary>Discord's ids: milliseconds since 2015 above 22 bits that tell those of one millisecond apart; text in JSON.</summary>
internal static class Snowflake
{
    private const long Epoch = 1_420_070_400_000;

    public static string Text(this ulong id) => id.ToString(CultureInfo.InvariantCulture);

    public static ulong At(DateTimeOffset time) => (ulong)(time.ToUnixTimeMilliseconds() - Epoch) << 22;

    public static DateTimeOffset TimeOf(ulong id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(id >> 22) + Epoch);

    public static string Text(this DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public static string Text(this Guilds.Permissions permissions) => ((ulong)permissions).ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out ulong id) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
