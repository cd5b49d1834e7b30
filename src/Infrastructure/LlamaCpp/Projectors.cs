using System.Text.RegularExpressions;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The projectors (mmproj) beside models: what turns an image into something that its model reads. Which one is a model's is said by its
/// settings, or by the two files' names.
/// </summary>
internal static partial class Projectors
{
    public static bool IsOne(string fileName) => fileName.Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    /// <summary>Something else whenever one of them comes, goes or changes.</summary>
    public static string Stamp(IEnumerable<FileInfo> folder) => string.Join(
        '|',
        folder.Where(file => IsOne(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{file.Name}/{file.Length}/{file.LastWriteTimeUtc.Ticks}"));

    /// <param name="model">The model's file.</param>
    /// <param name="named">What its settings say; empty: none. Null: nothing.</param>
    /// <returns>Null when it has none.</returns>
    /// <exception cref="InvalidDataException">The one that is named can't be used; the reason is in words for the operator.</exception>
    public static string? Find(string model, string? named)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        if (named is { Length: > 0 })
        {
            var path = Path.Combine(folder, named);
            return Fault(path) is { } fault ? throw new InvalidDataException($"its projector {named} {fault}") : path;
        }

        if (named is not null)
            return null;
        var name = Path.GetFileNameWithoutExtension(model);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.gguf").Where(file => ModelFolder.IsModel(Path.GetFileName(file)))];
        return files
            .Where(file => IsOne(Path.GetFileName(file)))
            .Select(file => (File: file, Of: MadeFor(file)))
            .Where(one => Fits(one.Of, name) || (one.Of.Length == 0 && IsAlone(files)))
            .OrderByDescending(one => one.Of.Length).ThenBy(one => one.File, StringComparer.Ordinal)
            .Select(one => one.File)
            .FirstOrDefault(file => Fault(file) is null);
    }

    /// <summary>The name of the model that a projector was made for, as far as its own has it: mmproj-NAME-f16.gguf, NAME-mmproj.gguf.</summary>
    private static string MadeFor(string file)
    {
        var name = Marks().Replace(Path.GetFileNameWithoutExtension(file), "").Trim('-', '_', '.');
        return name.Equals("model", StringComparison.OrdinalIgnoreCase) ? "" : name;
    }

    /// <summary>A model's name goes on where it was made smaller in some way, with which its projector has nothing to do.</summary>
    private static bool Fits(string of, string model) => of.Length > 0
        && model.StartsWith(of, StringComparison.OrdinalIgnoreCase)
        && (model.Length == of.Length || model[of.Length] is '-' or '_' or '.');

    /// <summary>One that names nobody belongs to the only model there is.</summary>
    private static bool IsAlone(string[] files) =>
        files.Select(Path.GetFileName).Count(file => !IsOne(file!) && !ModelFolder.IsLaterPart(file!)) == 1;

    private static string? Fault(string path)
    {
        if (!File.Exists(path))
            return "is not there";
        try
        {
            var header = GgufHeader.Read(path);
            return !header.Complete ? "is cut off, or still being copied" : header.ReadsImages ? null : "does not read images";
        }
        catch (InvalidDataException)
        {
            return "is no projector";
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or OverflowException)
        {
            return "can't be read";
        }
    }

    [GeneratedRegex(@"(?<=^|[-_.])(mmproj|(fp|bf|f)(16|32)|q\d(_\w{1,3})*)(?=$|[-_.])[-_.]?", RegexOptions.IgnoreCase)]
    private static partial Regex Marks();
}
