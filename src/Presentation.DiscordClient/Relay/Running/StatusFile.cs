using System.Text.Json;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>Nothing listens on a worker: its status is a file, and <c>status</c> reads it.</summary>
internal sealed class StatusFile(string folder)
{
    /// <summary>A worker that has not written for so long is gone.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private string Path { get; } = System.IO.Path.Combine(folder, "status.json");

    public void Write(WorkerStatus status)
    {
        PrivateFolder.Create(folder);
        File.WriteAllText(Path + ".new", JsonSerializer.Serialize(status, ClientJson.Default.WorkerStatus));
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public void Remove() => File.Delete(Path);

    /// <returns>Null when no worker runs on this folder.</returns>
    public WorkerStatus? Read(DateTimeOffset now)
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        var status = JsonSerializer.Deserialize(File.ReadAllText(Path), ClientJson.Default.WorkerStatus);
        return status is { } read && now - read.WrittenAt < Fresh ? read : null;
    }
}
