using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>A worker's folder, for one process at a time: as long as this is held, or until its process ends, however that ends.</summary>
public sealed class FolderClaim : IDisposable
{
    private readonly FileStream _lock;

    private FolderClaim(FileStream held) => _lock = held;

    /// <param name="folder">Made for its owner alone, if there is none.</param>
    /// <exception cref="JournalTakenException">Another process has it.</exception>
    public static FolderClaim Take(string folder)
    {
        PrivateFolder.Create(folder);
        try
        {
            return new(new FileStream(Path.Combine(folder, "journal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new JournalTakenException(folder);
        }
    }

    public void Dispose() => _lock.Dispose();
}
