using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MeatLizard.Infrastructure.Security;

/// <summary>A file that only its owner may read.</summary>
public static partial class SecretFile
{
    /// <summary>The 64 hex digits in the file; drawn and written there first, if there is none.</summary>
    public static string HexOf(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            PrivateFolder.Create(folder);
        }

        if (!File.Exists(path))
        {
            Write(path, RandomNumberGenerator.GetHexString(64, lowercase: true), overwrite: false);
        }

        return File.ReadAllText(path).Trim();
    }

    /// <param name="overwrite">If not, a file that is there already stays as it is.</param>
    public static void Write(string path, string content, bool overwrite)
    {
        // Made under another name first: a start that is cut off must not leave half a secret behind.
        var draft = $"{path}.{Guid.CreateVersion7():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.WriteLine(content);
        }

        if (overwrite)
        {
            File.Move(draft, path, overwrite: true);
            return;
        }

        try
        {
            Claim(draft, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process on the same folder was first; its secret is the secret.
            File.Delete(draft);
        }
    }

    // File.Move looks whether the target is there and then renames over it: of two that start at once, both would win.
    // A hard link is refused by the kernel when the name is taken.
    private static void Claim(string draft, string path)
    {
        if (!OperatingSystem.IsWindows() && HardLink(draft, path) == 0)
        {
            File.Delete(draft);
            return;
        }

        // The name is taken, or this file system knows no hard links.
        File.Move(draft, path, overwrite: false);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string existing, string name);
}
