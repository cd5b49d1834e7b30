namespace MeatLizard.Testing.Models;

/// <summary>The real llama-server for tests.</summary>
public static class TestLlama
{
    public const string Variable = "MEATLIZARD_LLAMA_SERVER";

    public static string Binary
    {
        get
        {
            var path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
                ? named
                : Path.Combine(RepositoryRoot, ".cache", "llama", "bin", "llama-server");
            return File.Exists(path)
                ? path
                : throw new FileNotFoundException($"There is no llama-server for the tests: run tools/get-llama .cache/llama, or set {Variable}.");
        }
    }

    private static string RepositoryRoot
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "MeatLizard.sln")))
                folder = Path.GetDirectoryName(folder);
            return folder ?? throw new DirectoryNotFoundException("The tests don't run from inside of the repository.");
        }
    }
}
