using System.Globalization;
using System.Text;

namespace MeatLizard.Bench;

/// <summary>Where a product's own llama-server listens, and its key, as the kernel knows them: they are told to nobody else.</summary>
internal sealed record ChildEngine(int Port, string Key)
{
    private const string KeyName = "LLAMA_API_KEY=";

    public static ChildEngine Of(int product)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && IsBelow(product, id)
                && Words(folder, "cmdline") is var line && Array.IndexOf(line, "--port") is >= 0 and var at
                && Words(folder, "environ").FirstOrDefault(word => word.StartsWith(KeyName, StringComparison.Ordinal)) is { } key)
            {
                return new(int.Parse(line[at + 1], CultureInfo.InvariantCulture), key[KeyName.Length..]);
            }
        }

        throw new InvalidOperationException($"Process {product} has no llama-server.");
    }

    private static bool IsBelow(int ancestor, int id)
    {
        while (id > 1 && id != ancestor)
        {
            id = Parent(id);
        }

        return id == ancestor;
    }

    private static int Parent(int id)
    {
        try
        {
            // The name in brackets may hold anything; the parent is the second word after it.
            var text = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string[] Words(string folder, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, file))).Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
