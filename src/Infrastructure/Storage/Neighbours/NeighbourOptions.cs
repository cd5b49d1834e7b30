namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>How a host lives beside others on one database without Redis.</summary>
/// <param name="AnswersForOthers">Its workers answer what other hosts take in, so that it looks into the outbox as soon as one of them has written.</param>
internal sealed record NeighbourOptions(bool AnswersForOthers);
