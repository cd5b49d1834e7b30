namespace MeatLizard.Application.Inference;

/// <summary>How busy, how full and how warm a machine is at one moment, for people.</summary>
/// <param name="Gpu">E.g. <c>37 % busy</c>.</param>
/// <param name="Thermal">E.g. <c>71 °C</c>, or <c>slowed to 35 %</c>.</param>
public sealed record SensorReading(string? Gpu, string? Thermal)
{
    /// <summary>E.g. <c>6.7 of 17.2 GB</c>.</summary>
    public string? Memory { get; init; }

    /// <summary>The GPU's own, or what it has of the machine's: e.g. <c>3.1 of 24.0 GB</c>, or <c>0.7 GB</c>.</summary>
    public string? GpuMemory { get; init; }

    public static SensorReading Nothing { get; } = new(null, null);
}
