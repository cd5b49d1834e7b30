namespace MeatLizard.Presentation.Api.Operations;

internal sealed record WorkerHealthContract(
    string Name, string Carrier, bool Draining, int Slots, int SlotsFree, IReadOnlyList<string> Models, string? Problem);
