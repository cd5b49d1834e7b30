namespace MeatLizard.Application.Inference;

/// <summary>How busy and how warm a machine is at one moment, for people.</summary>
/// <param name="Gpu">E.g. <c>37 % busy</c>.</param>
/// <param name="Thermal">E.g. <c>71 °C</c>, or <c>slowed to 35 %</c>.</param>
public sealed record SensorReading(string? Gpu, string? Thermal)
{
    public static SensorReading Nothing { get; } = new(null, null);
}
