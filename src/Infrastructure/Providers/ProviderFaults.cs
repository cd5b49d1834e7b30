namespace MeatLizard.Infrastructure.Providers;

/// <summary>What a provider's refusal means to those who wait for the answer. Nothing that the provider wrote is passed on: it may quote the prompt.</summary>
internal static class ProviderFaults
{
    /// <summary>What another provider may do better leads to it; a request that was wrong in itself does not.</summary>
    /// <param name="status">HTTP; 0 when there was no answer.</param>
    public static ProviderFaultException For(string provider, int status, TimeSpan? retryAfter = null, Exception? cause = null) => status switch
    {
        401 or 403 => new(
            new("provider_refused_key", $"The provider {provider} does not take the key that it was given. Its owner has to mend that.", retryable: true, cause),
            FaultClass.OfTheAccount),
        402 => new(
            new("provider_limited", $"The provider {provider} wants to be paid before it answers again. Its owner has to mend that.", retryable: true, cause),
            FaultClass.OfTheAccount),
        404 => new(
            new("provider_model_unknown", $"The provider {provider} has no such model, or its address is another one: see Providers:{provider}.", retryable: true, cause),
            FaultClass.OfTheRequest),
        429 => new(
            new("provider_limited", $"The provider {provider} has had enough requests for now. Try again later.", retryable: true, cause),
            FaultClass.Passing,
            retryAfter),
        0 => new(
            new("provider_unreachable", $"The provider {provider} could not be reached. Try again later.", retryable: true, cause),
            FaultClass.Passing),
        408 or >= 500 => new(
            new("provider_failed", $"The provider {provider} failed (HTTP {status}). Try again later.", retryable: true, cause),
            FaultClass.Passing,
            retryAfter),
        _ => new(
            new("provider_refused", $"The provider {provider} refused the request (HTTP {status}).", retryable: false, cause),
            FaultClass.OfTheRequest),
    };

    public static ProviderFaultException Silent(string provider, TimeSpan patience) => new(
        new("provider_silent", $"The provider {provider} said nothing for {patience.TotalSeconds:0.#} seconds.", retryable: true),
        FaultClass.Passing);

    public static ProviderFaultException Endless(string provider) => new(
        new("provider_endless", $"The provider {provider} did not stop writing, and was stopped. Ask for a shorter answer.", retryable: false),
        FaultClass.OfTheRequest);

    public static ProviderFaultException CutOff(string provider, Exception? cause = null) => new(
        new("provider_cut_off", $"The provider {provider} broke its answer off in the middle. Try again.", retryable: true, cause),
        FaultClass.Passing);

    /// <summary>It is not shown to another one until somebody does: what one must not answer others seldom may.</summary>
    public static ProviderFaultException Declined(string provider) => new(
        new("provider_declined", $"The provider {provider} has rules of its own, by which it does not answer this. Ask something else, or another model.", retryable: false),
        FaultClass.OfTheRequest);

    /// <summary>Somebody else's question has just shown that it must rest, or is about to show that it is well again.</summary>
    public static ProviderFaultException Resting(string provider, string? cause) => new(
        new("provider_resting", $"The provider {provider} has failed too often and is not asked at the moment. {cause}".TrimEnd(), retryable: true),
        FaultClass.OfTheRequest);
}
