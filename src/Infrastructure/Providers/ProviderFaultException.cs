using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One try at a provider came to nothing.</summary>
/// <param name="told">What those who wait for the answer are told, if it stays so.</param>
/// <param name="retryAfter">How long it wants to be left alone; null when it did not say.</param>
internal sealed class ProviderFaultException(EngineException told, FaultClass kind, TimeSpan? retryAfter = null) : Exception(told.Message, told)
{
    public EngineException Told { get; } = told;

    public FaultClass Kind { get; } = kind;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
