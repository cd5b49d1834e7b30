namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>Where a worker's journal lies, and whose it is.</summary>
/// <param name="Folder">Made for its owner alone, if there is none.</param>
/// <param name="Owner">The worker and its server. What another one has left in the folder is thrown away: its answers are nobody's here.</param>
public sealed record JournalOptions(string Folder, string Owner)
{
    /// <summary>Null: the journal claims its folder itself. Else it is claimed already, by somebody who had to look into it before, and stays theirs.</summary>
    public FolderClaim? Claim { get; init; }
}
