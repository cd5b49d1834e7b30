using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>A dispatch that has its slot and waits for its commit.</summary>
internal sealed record PlannedDispatch(WorkerId Worker, Infer Message);
