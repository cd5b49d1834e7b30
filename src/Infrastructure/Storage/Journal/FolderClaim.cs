using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>A worker's folder, for one process at a time: as long as this is held, or until its process ends, however that ends.</summary>
public sealed class FolderClaim : IDisposable
{
    // What the system says of a file that somebody else holds: EWOULDBLOCK on Linux and on macOS, and Windows's word for it. A full disk is another matter.
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _lock;

    private FolderClaim(FileStream held) => _lock = held;

    /// <param name="folder">Made for its owner alone, if there is none.</param>
    /// <exception cref="JournalTakenException">Another process has it.</exception>
    /// <exception cref="IOException">It cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static FolderClaim Take(string folder)
    {
        PrivateFolder.Create(folder);
        try
        {
            return new(new FileStream(Path.Combine(folder, "journal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
        {
            throw new JournalTakenException(folder);
        }
    }

    public void Dispose() => _lock.Dispose();
}
