using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What a provider's refusal means to those who wait for the answer. Nothing that the provider wrote is passed on: it may quote the prompt.</summary>
internal static class ProviderFaults
{
    /// <summary>What another provider may do better leads to it; a request that was wrong in itself does not.</summary>
    /// <param name="status">HTTP; 0 when there was no answer.</param>
    public static EngineException For(string provider, int status, Exception? cause = null) => status switch
    {
        401 or 403 => new("provider_refused_key", $"The provider {provider} does not take the key that Providers:{provider}:Key gives. Its owner has to mend that.", retryable: true, cause),
        402 or 429 => new("provider_limited", $"The provider {provider} has had enough requests for now. Try again later.", retryable: true, cause),
        404 => new("provider_model_unknown", $"The provider {provider} has no such model, or its address is another one: see Providers:{provider}.", retryable: true, cause),
        >= 400 and < 500 => new("provider_refused", $"The provider {provider} refused the request (HTTP {status}).", retryable: false, cause),
        0 => new("provider_unreachable", $"The provider {provider} could not be reached. Try again later.", retryable: true, cause),
        _ => new("provider_failed", $"The provider {provider} failed (HTTP {status}). Try again later.", retryable: true, cause),
    };

    public static EngineException Silent(string provider, TimeSpan patience) =>
        new("provider_silent", $"The provider {provider} said nothing for {patience.TotalSeconds:0.#} seconds.", retryable: true);

    public static EngineException CutOff(string provider, Exception? cause = null) =>
        new("provider_cut_off", $"The provider {provider} broke its answer off in the middle. Try again.", retryable: true, cause);
}
