using System.Text.RegularExpressions;

namespace MeatLizard.Architecture.Tests;

/// <summary>The source tree as it lies on the disk.</summary>
internal static partial class Tree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every written file below a folder of the tree; paths are relative to the root, with slashes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !Built().IsMatch(relative) && (endings.Length == 0 || endings.Contains(Path.GetExtension(relative)))
        orderby relative
        select relative;

    /// <summary>Every folder below one, by its path relative to the root.</summary>
    public static IEnumerable<string> Folders(string folder) => Files(folder)
        .SelectMany(Parents)
        .Distinct()
        .Where(parent => parent.StartsWith(folder + '/', StringComparison.Ordinal));

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>C# without its comments: they may name what the code may not use.</summary>
    public static string Code(string relative) => Comment().Replace(Read(relative), string.Empty);

    private static IEnumerable<string> Parents(string file)
    {
        for (var slash = file.LastIndexOf('/'); slash > 0; slash = file.LastIndexOf('/', slash - 1))
        {
            yield return file[..slash];
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MeatLizard.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the source tree.");
        }

        return folder;
    }

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex Built();

    [GeneratedRegex(@"(?<=^|\s)//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
