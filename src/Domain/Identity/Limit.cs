namespace MeatLizard.Domain.Identity;

/// <summary>At most so much in a window, for whoever the scope names. Those whom one scope names share it.</summary>
/// <param name="ScopeKind"><c>user</c>, <c>group</c>, <c>key</c>, <c>place</c>, <c>model</c> or, for requests alone, <c>address</c>.</param>
/// <param name="ScopeId">One id, or <c>*</c> for each of that kind that has no row of its own.</param>
/// <param name="Window">Zero for what is open at the same time.</param>
/// <param name="Amount">From 1.</param>
public sealed record Limit(string ScopeKind, string ScopeId, TimeSpan Window, int Amount)
{
    public const string User = "user";
    public const string Address = "address";
    public const string Group = "group";
    public const string Key = "key";
    public const string Place = "place";
    public const string Model = "model";
    public const string Everyone = "*";

    /// <summary>As the window of tokens: a month of the calendar, however long that is.</summary>
    public static TimeSpan Month { get; } = TimeSpan.FromDays(30);

    public LimitMeasure Measure { get; init; } = LimitMeasure.Requests;

    /// <summary>The window of tokens that runs then: minutes, hours and days as the clock has them in UTC, months as the calendar has.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) WindowAt(DateTimeOffset now)
    {
        if (Window == Month)
        {
            var first = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
            return (first, first.AddMonths(1));
        }

        var from = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Window.Ticks), TimeSpan.Zero);
        return (from, from + Window);
    }
}
