using System.Text.Json;

namespace MeatLizard.Testing.Models;

/// <summary>
/// A "model" for the stand-in: a GGUF file with a header and nothing more, and beside it NAME.script.json, which says how the first, the
/// second, ... start behaves. The last one is repeated. The stand-in counts its starts in NAME.starts.
/// </summary>
public static class FakeModel
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Write(string folder, string name, params FakeRun[] runs)
    {
        var path = Path.Combine(folder, name + ".gguf");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Script(path), JsonSerializer.Serialize(runs.Length > 0 ? runs : [new FakeRun()], Json));
        using var file = new GgufWriter();
        file.Add("general.architecture", "llama");
        file.Add("general.name", name);
        file.Add("llama.context_length", 2048u);
        file.Write(path);
        return path;
    }

    /// <summary>How often the stand-in was started with this model.</summary>
    public static int Starts(string path) => File.Exists(Counter(path)) ? (int)new FileInfo(Counter(path)).Length : 0;

    /// <summary>What the start that happens now, and is not counted yet, is to do.</summary>
    public static FakeRun NextRun(string path)
    {
        var runs = JsonSerializer.Deserialize<FakeRun[]>(File.ReadAllText(Script(path)), Json)!;
        return runs[Math.Min(Starts(path), runs.Length - 1)];
    }

    public static void CountStart(string path) => File.AppendAllText(Counter(path), "+");

    private static string Script(string path) => Path.ChangeExtension(path, ".script.json");

    private static string Counter(string path) => Path.ChangeExtension(path, ".starts");
}
