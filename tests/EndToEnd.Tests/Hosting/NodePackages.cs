using System.Security.Cryptography;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>The libraries of a folder's <c>clients/package-lock.json</c>, installed once into the cache, beside copies of our scripts and of what those share.</summary>
internal static class NodePackages
{
    private static readonly SemaphoreSlim Gate = new(1);

    /// <param name="folder">Of these tests.</param>
    /// <returns>The folder with the scripts in it.</returns>
    public static async Task<string> Installed(string folder)
    {
        var source = Clients(folder);
        var cache = Path.Combine(ProductProcess.RepositoryRoot, ".cache", $"{folder.ToLowerInvariant()}-clients");
        var stamp = Path.Combine(cache, "installed");
        await Gate.WaitAsync();
        try
        {
            Directory.CreateDirectory(cache);
            foreach (var file in (string[])[.. Directory.EnumerateFiles(Clients("Hosting")), .. Directory.EnumerateFiles(source)])
                File.Copy(file, Path.Combine(cache, Path.GetFileName(file)), overwrite: true);
            var wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"))));
            if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != wanted)
            {
                await Shell.Run("npm", "ci", "--prefix", cache, "--no-audit", "--no-fund", "--ignore-scripts");
                await File.WriteAllTextAsync(stamp, wanted);
            }
        }
        finally
        {
            Gate.Release();
        }

        return cache;
    }

    private static string Clients(string folder) => Path.Combine(ProductProcess.RepositoryRoot, "tests", "EndToEnd.Tests", folder, "clients");
}
