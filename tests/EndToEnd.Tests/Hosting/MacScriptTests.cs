using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>What <c>./run</c> and <c>./worker</c> do on a Mac beside starting the program: in a tree of their own, with a machine that says that it is one.</summary>
[TestFixture("run")]
[TestFixture("worker")]
internal sealed class MacScriptTests(string script)
{
    private TestFolder _tree = null!;

    private string First => script == "run" ? "--urls=http://127.0.0.1:1" : "run";

    [SetUp]
    public async Task Lay()
    {
        _tree = new();
        foreach (var (program, does) in (IEnumerable<(string, string)>)
        [
            ("bin/uname", "echo Darwin"),
            ("bin/caffeinate", $"echo \"$@\" >{_tree.File("awake")}"),
            ("bin/dotnet", "echo $$; echo $PATH"),
            ("tools/build", ":"),
            ("tools/get-llama", $"touch {_tree.File("fetched")}"),
        ])
        {
            await Write(program, does);
        }

        File.Copy(Path.Combine(ProductProcess.RepositoryRoot, script), _tree.File(script));
    }

    [TearDown]
    public void Clear() => _tree.Dispose();

    [Test]
    public async Task It_keeps_a_Mac_awake_for_as_long_as_the_program_runs()
    {
        var said = await Run(First);
        await Eventually.Is(() => File.Exists(_tree.File("awake")) && new FileInfo(_tree.File("awake")).Length > 0);
        Assert.That((await File.ReadAllTextAsync(_tree.File("awake"))).Trim(), Is.EqualTo($"-s -w {said[0]}"), "The program has the number of the shell that it came from.");
    }

    [Test]
    public async Task What_only_looks_keeps_nothing_awake()
    {
        await Run(script == "run" ? "config" : "status");
        Assert.That(File.Exists(_tree.File("awake")), Is.False);
    }

    [Test]
    public async Task It_finds_what_Homebrew_and_the_SDK_have_installed_where_launchd_does_not_look()
    {
        var said = await Run(First);
        Assert.That(said[1].Split(':'), Is.SupersetOf(new[] { "/opt/homebrew/bin", "/usr/local/bin", "/usr/local/share/dotnet" }));
    }

    [TestCase("--DataFolder=~/here", false)]
    [TestCase("--DataFolder=~/there", true)]
    public async Task It_looks_for_llama_cpp_in_a_data_folder_below_the_home_folder(string argument, bool fetches)
    {
        await Write("here/llama/bin/llama-server", ":");
        await Run(First, argument);
        Assert.That(File.Exists(_tree.File("fetched")), Is.EqualTo(fetches));
    }

    /// <returns>What the program has said, by lines.</returns>
    private async Task<string[]> Run(params string[] arguments)
    {
        var (code, said) = await Shell.Try(
            ["env", $"HOME={_tree.Path}", $"PATH={_tree.File("bin")}:/usr/bin:/bin", "sh", "-c", """cd "$0" && exec ./"$@" 2>notes""", _tree.Path, script, .. arguments]);
        Assert.That(code, Is.Zero, said);
        return said.Split('\n');
    }

    private async Task Write(string file, string does)
    {
        var path = _tree.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{does}\n");
        await Shell.Run("chmod", "+x", path);
    }
}
