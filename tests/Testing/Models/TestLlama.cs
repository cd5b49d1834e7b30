using System.Runtime.InteropServices;

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
                : throw new FileNotFoundException(
                    $"There is no llama-server for the tests: run tools/get-llama .cache/llama, or set {Variable}.");
        }
    }

    /// <summary>
    /// The stand-in, as an executable that needs nothing from its environment, which llama-server's is nearly empty. It lies beside the
    /// tests of every project that refers to FakeLlama.
    /// </summary>
    public static string StandIn(string folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "MeatLizard.FakeLlama.dll");
        if (!File.Exists(program))
            throw new FileNotFoundException("There is no stand-in beside these tests: their project must refer to tests/FakeLlama.");
        // <dotnet>/shared/Microsoft.NETCore.App/<version>/
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var path = Path.Combine(folder, "stand-in");
        File.WriteAllText(path, $"#!/bin/sh\nexport DOTNET_TieredPGO=0\nexec '{dotnet}' exec '{program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
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
