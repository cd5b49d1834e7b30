using MeatLizard.Application;

namespace MeatLizard.Presentation.Api;

/// <summary>A call that cannot be understood, found while its parts are being read, before any use case.</summary>
internal sealed class RefusedException(Refusal refusal, int? status = null) : Exception(refusal.Code)
{
    public Refusal Refusal { get; } = refusal;

    /// <summary>Where the kind alone does not say it, e.g. 413.</summary>
    public int? Status { get; } = status;
}
