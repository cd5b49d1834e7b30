namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>Another process works with this journal. The message is for the operator.</summary>
public sealed class JournalTakenException(string folder)
    : Exception($"Another worker runs on the folder {folder}. Stop it first, or give this one a folder of its own: --DataFolder=…");
