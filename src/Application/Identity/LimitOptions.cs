namespace MeatLizard.Application.Identity;

/// <summary>Section <c>Limits</c>: the rows that hold for every user and every address without a row of its own.</summary>
public sealed record LimitOptions
{
    public int PerMinute { get; init; } = 60;

    public int PerHour { get; init; } = 1000;
}
