using System.Security.Cryptography;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>The worker inside the server's process: its name and its key, made at the first start and kept in the data folder.</summary>
internal sealed class InProcessWorker(WorkerId id, RelayKeys keys)
{
    public static WorkerId LocalId { get; } = new("local");

    public WorkerId Id { get; } = id;

    public RelayKeys Keys { get; } = keys;

    public static InProcessWorker FromFolder(string dataFolder)
    {
        Directory.CreateDirectory(dataFolder);
        var path = Path.Combine(dataFolder, "worker-local.key");
        if (!File.Exists(path))
        {
            Write(path);
        }

        return new(LocalId, new RelayKeys(RelayRoot.FromHex(File.ReadAllText(path).Trim())));
    }

    private static void Write(string path)
    {
        // Made under another name first: a start that is cut off must not leave half a key behind.
        var draft = $"{path}.{Guid.CreateVersion7():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.WriteLine(RandomNumberGenerator.GetHexString(64, lowercase: true));
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another host on the same folder was first; its key is the key.
            File.Delete(draft);
        }
    }
}
