namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>Where a worker's journal lies, and whose it is.</summary>
/// <param name="Folder">Made for its owner alone, if there is none.</param>
/// <param name="Owner">The worker and its server. What another one has left in the folder is thrown away: its answers are nobody's here.</param>
public sealed record JournalOptions(string Folder, string Owner);
