namespace MeatLizard.Testing;

/// <summary>A folder of a test's own, gone with it.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("meatlizard-").FullName;

    public static implicit operator string(TestFolder folder) => folder.Path;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
