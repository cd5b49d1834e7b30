using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;
using MeatLizard.Domain.Inference;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The folder of GGUF models, looked through every two seconds: a few file attributes, and the header of what is new. Watching by the
/// kernel would miss a folder that appears later, and network disks.
/// </summary>
internal sealed partial class ModelFolder : IEngineCatalog, IDisposable
{
    private const string OnMac = "Allow it under System Settings, Privacy & Security, Files and Folders, or put the models elsewhere.";
    private const string Elsewhere = "Let the account read it under which this runs, or put the models elsewhere.";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Lock _sync = new();
    private readonly LlamaOptions _options;
    private readonly LlamaBinary _binary;
    private readonly ILogger<ModelFolder> _log;
    private readonly ITimer _timer;
    private Dictionary<string, (Stamp Stamp, ModelFile File)> _known = new(StringComparer.Ordinal);
    private CancellationTokenSource _changed = new();
    private int _looking;
    private string? _unreadable;
    private volatile Listing _listing = new([], [], null);

    public ModelFolder(IOptions<LlamaOptions> options, LlamaBinary binary, TimeProvider time, ILogger<ModelFolder> log)
    {
        _options = options.Value;
        _binary = binary;
        _log = log;
        Scan();
        _timer = time.CreateTimer(static folder => ((ModelFolder)folder!).ScanUnlessBusy(), this, Every, Every);
    }

    public IReadOnlyList<ModelDescriptor> Models => _listing.Models;

    public string? Problem => _listing.Problem;

    public IChangeToken Watch()
    {
        lock (_sync)
            return new CancellationChangeToken(_changed.Token);
    }

    /// <summary>The file for a name; for no name, the first one.</summary>
    public ModelFile? Find(string? name) => Look(name) ?? Rescan(name);

    public void Dispose() => _timer.Dispose();

    /// <summary>Whether a file is the second or a later one of a model that is in several.</summary>
    internal static bool IsLaterPart(string fileName) => LaterPart().IsMatch(fileName);

    /// <summary>Not what macOS lays beside a file on disks that cannot keep its attributes (._NAME), nor anything else that is hidden.</summary>
    internal static bool IsModel(string fileName) => !fileName.StartsWith('.');

    internal void Scan()
    {
        CancellationTokenSource? changed = null;
        lock (_sync)
        {
            var next = new Dictionary<string, (Stamp, ModelFile)>(StringComparer.Ordinal);
            foreach (var (path, stamp) in Candidates())
            {
                var file = _known.TryGetValue(path, out var old) && old.Stamp == stamp ? old.File : Read(path, stamp.Size);
                if (file is not null)
                    next[path] = (stamp, file);
            }
            // Who names no model gets the first one, and wants to talk.
            var files = next.Values.Select(x => x.Item2).OrderBy(x => x.Embeds).ThenBy(x => x.Name, StringComparer.Ordinal).ToArray();
            var usable = files.Where(x => x.Fault is null).Select(x => x.Descriptor).DistinctBy(x => x.Name, StringComparer.Ordinal);
            var listing = new Listing(files, _binary.Path is null ? [] : [.. usable], null);
            listing = listing with { Problem = Describe(listing) };
            _known = next;
            if (!listing.Models.SequenceEqual(_listing.Models) || listing.Problem != _listing.Problem)
            {
                changed = _changed;
                _changed = new CancellationTokenSource();
            }
            _listing = listing;
        }
        changed?.Cancel();
        changed?.Dispose();
    }

    /// <summary>A network disk that hangs holds up one thread, and not another one every two seconds.</summary>
    private void ScanUnlessBusy()
    {
        if (Interlocked.Exchange(ref _looking, 1) != 0)
            return;
        try
        {
            Scan();
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private ModelFile? Look(string? name)
    {
        var files = _listing.Files;
        return name is null
            ? files.FirstOrDefault(x => x.Fault is null) ?? files.FirstOrDefault()
            : files.FirstOrDefault(x => x.Name == name && x.Fault is null) ?? files.FirstOrDefault(x => x.Name == name);
    }

    private ModelFile? Rescan(string? name)
    {
        Scan();
        return Look(name);
    }

    private ModelFile? Read(string path, long size)
    {
        var file = ModelFile.Read(path, size, _options);
        if (file.Fault is not null)
            LogUnusable(path, file.Fault);
        return file;
    }

    private string? Describe(Listing listing)
    {
        if (_binary.Path is null)
            return _binary.Problem;
        if (listing.Models.Length > 0)
            return null;
        if (_unreadable is not null)
            return $"The folder of models (Inference:Models) can't be read. {(OperatingSystem.IsMacOS() ? OnMac : Elsewhere)}";
        var folder = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(_options.Models)));
        return listing.Files.FirstOrDefault() is { } bad
            ? $"The model {bad.Name} can't be used: {bad.Fault}. Put another .gguf file into the folder {folder} (Inference:Models)."
            : $"There is no model yet. Put a .gguf file into the folder {folder} (Inference:Models), or start with --model FILE.";
    }

    private IEnumerable<(string Path, Stamp Stamp)> Candidates()
    {
        FileInfo[] files;
        string projectors;
        try
        {
            var place = System.IO.Path.GetFullPath(_options.Models);
            files = File.Exists(place) ? [new FileInfo(place)]
                : Directory.Exists(place) ? [.. new DirectoryInfo(place).EnumerateFiles("*.gguf").Where(file => IsModel(file.Name))]
                : [];
            projectors = files.Length == 0 ? "" : Projectors.Stamp(files[0].Directory!.EnumerateFiles("*.gguf"));
            _unreadable = null;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            // Once, and not every two seconds for as long as it stays so.
            if (_unreadable != wrong.Message)
                LogUnreadable(wrong);
            _unreadable = wrong.Message;
            yield break;
        }
        foreach (var file in files)
        {
            // A model in several files is named by its first one; a projector is not a model.
            if (!Projectors.IsOne(file.Name) && !IsLaterPart(file.Name) && StampOf(file, files, projectors) is { } stamp)
                yield return (file.FullName, stamp);
        }
    }

    /// <returns>Null when it has just gone, or its disk has.</returns>
    private static Stamp? StampOf(FileInfo file, FileInfo[] files, string projectors)
    {
        try
        {
            var settings = new FileInfo(System.IO.Path.ChangeExtension(file.FullName, ".json"));
            var size = FirstPart().Match(file.Name) is { Success: true } part
                ? files.Where(x => x.Name.StartsWith(file.Name[..part.Index], StringComparison.Ordinal)).Sum(x => x.Length)
                : file.Length;
            return new Stamp(size, file.LastWriteTimeUtc, settings.Exists ? settings.LastWriteTimeUtc : default, projectors);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"-00001-of-\d{5}\.gguf$")]
    private static partial Regex FirstPart();

    [GeneratedRegex(@"-(?!00001)\d{5}-of-\d{5}\.gguf$")]
    private static partial Regex LaterPart();

    [LoggerMessage(LogLevel.Warning, "The model {Path} can't be used: {Fault}")]
    private partial void LogUnusable(string path, string fault);

    [LoggerMessage(LogLevel.Warning, "The folder of models can't be read")]
    private partial void LogUnreadable(Exception exception);

    private sealed record Stamp(long Size, DateTime Written, DateTime SettingsWritten, string Projectors);

    private sealed record Listing(ModelFile[] Files, ModelDescriptor[] Models, string? Problem);
}
