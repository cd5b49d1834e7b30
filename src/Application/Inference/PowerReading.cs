namespace MeatLizard.Application.Inference;

/// <summary>What a machine runs on at one moment.</summary>
/// <param name="OnMains">Whether the mains, and not a battery, feeds it.</param>
/// <param name="Percent">0 to 100: how full its battery is, the mean when there are several; null when there is none.</param>
public sealed record PowerReading(bool OnMains, int? Percent)
{
    /// <summary>For people, e.g. <c>battery 63 %</c>.</summary>
    public override string ToString() => (OnMains, Percent) switch
    {
        (true, null) => "mains",
        (true, { } percent) => $"mains, battery {percent} %",
        (false, null) => "battery",
        (false, { } percent) => $"battery {percent} %",
    };
}
