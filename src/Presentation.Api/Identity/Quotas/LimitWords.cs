using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Presentation.Api.Identity.Quotas;

/// <summary>How limits are named to callers.</summary>
internal static class LimitWords
{
    private const char Between = '\n';

    private static readonly (string Name, TimeSpan Window)[] Windows =
    [
        ("minute", TimeSpan.FromMinutes(1)), ("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1)), ("month", Limit.Month),
    ];

    /// <summary>Null for none.</summary>
    public static string? NameOf(TimeSpan window) =>
        window == TimeSpan.Zero ? null
        : Windows.FirstOrDefault(known => known.Window == window).Name
          ?? string.Create(CultureInfo.InvariantCulture, $"{(long)window.TotalSeconds}s");

    /// <summary>No window for none; one that is none here is longer than any that is.</summary>
    public static TimeSpan WindowOf(string? name) =>
        name is null ? TimeSpan.Zero
        : Windows.FirstOrDefault(known => known.Name == name) is { Name: not null } found ? found.Window
        : TimeSpan.MaxValue;

    public static string IdOf(Limit limit) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(
        Between,
        limit.ScopeKind,
        limit.ScopeId,
        limit.Measure.ToString(),
        limit.Window.Ticks.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Null when it is no limit's.</summary>
    public static (string Kind, string ScopeId, LimitMeasure Measure, TimeSpan Window)? Read(string id)
    {
        if (!Base64Url.IsValid(id))
        {
            return null;
        }

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id)).Split(Between) is [var kind, var scope, var measure, var ticks]
            && Enum.TryParse<LimitMeasure>(measure, out var counted)
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var window)
            ? (kind, scope, counted, new(window))
            : null;
    }
}
