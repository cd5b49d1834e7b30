using MeatLizard.DiscordStandIn.Page;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Posted;

/// <summary>
/// Writes down what the ledger hears: a line of JSON for every message and once more for each of its changes, and every file once.
/// </summary>
internal sealed class Archive : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Ledger _ledger;
    private readonly string _files;
    private readonly FileStream _lines;

    /// <exception cref="IOException">The folder can't be written to.</exception>
    public Archive(string folder, Ledger ledger)
    {
        _ledger = ledger;
        _files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        _lines = new FileStream(Path.Combine(folder, "ledger.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
        ledger.Changed += Write;
    }

    public void Dispose()
    {
        _ledger.Changed -= Write;
        lock (_gate)
        {
            _lines.Dispose();
        }
    }

    private void Write(LedgerEntry entry)
    {
        lock (_gate)
        {
            if (!_lines.CanWrite)
                return;
            foreach (var file in entry.Files.Where(file => !File.Exists(Path.Combine(_files, file.Sha256))))
                File.WriteAllBytes(Path.Combine(_files, file.Sha256), file.Bytes.Span);
            _lines.Write([.. JsonText.Bytes(View.Of(entry)), (byte)'\n']);
            _lines.Flush();
        }
    }
}
