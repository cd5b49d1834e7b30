namespace MeatLizard.Infrastructure.Storage;

/// <summary>The limits that the first start writes for every user and every address; afterwards the rows count.</summary>
public sealed class LimitOptions
{
    /// <summary><c>Limits:PerMinute</c>.</summary>
    public int PerMinute { get; set; } = 60;

    /// <summary><c>Limits:PerHour</c>.</summary>
    public int PerHour { get; set; } = 1000;
}
