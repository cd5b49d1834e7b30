namespace MeatLizard.Application;

public enum CommitDurability
{
    /// <summary>On the disk when the commit returns: what a user was promised, and ends.</summary>
    Synced,

    /// <summary>Survives a killed process; a power cut may take the last instants. For text under way, which a retry can bring again.</summary>
    Relaxed,
}
