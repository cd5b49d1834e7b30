using MeatLizard.Domain.Inference;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Application.Inference;

/// <summary>The models that the engine of this process can answer with.</summary>
public interface IEngineCatalog
{
    IReadOnlyList<ModelDescriptor> Models { get; }

    /// <summary>Why there is no model, and what to do about it, in words for the operator; null when there is one.</summary>
    string? Problem { get; }

    /// <summary>Fires once, when Models or Problem change; then ask for the next one.</summary>
    IChangeToken Watch();
}
