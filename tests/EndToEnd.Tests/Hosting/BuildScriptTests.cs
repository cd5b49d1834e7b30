using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary><c>tools/build</c> asks the SDK only where something has changed. In a tree of its own, with an SDK that notes down when it is asked.</summary>
[TestFixture]
internal sealed class BuildScriptTests
{
    private const string Project = "src/Host";
    private const string Program = $"{Project}/bin/Release/net10.0/MeatLizard.Host.dll";

    private TestFolder _tree = null!;

    [SetUp]
    public async Task Lay()
    {
        _tree = new();
        foreach (var file in (string[])["src/Host/Host.cs", "src/Domain/Domain.cs", "tests/Test.cs", "bench/Bench.cs", "Directory.Build.props", "global.json", ".editorconfig"])
            Write(file, "as it was");
        Directory.CreateDirectory(_tree.File("tools"));
        File.Copy(Path.Combine(ProductProcess.RepositoryRoot, "tools", "build"), _tree.File("tools/build"));
        Write(
            "sdk/dotnet",
            $"""
            #!/bin/sh
            echo "$2" >>asked
            [ ! -e broken ] || {"{"} echo 'error CS0000'; exit 1; {"}"}
            mkdir -p "$2/bin/Release/net10.0" "$2/obj"
            cat src/*/*.cs >{Program}
            """);
        await Shell.Run("chmod", "+x", _tree.File("sdk/dotnet"));
    }

    [TearDown]
    public void Clear() => _tree.Dispose();

    [Test]
    public async Task Nothing_is_made_twice()
    {
        await Build(asks: 1);
        await Build(asks: 0);
    }

    [Test]
    public async Task What_has_changed_anywhere_in_the_sources_is_made([Values("src/Domain/Domain.cs", "src/Host/wwwroot/new.js", "Directory.Build.props")] string file)
    {
        await Build(asks: 1);
        Write(file, "another");
        await Build(asks: 1);
        await Build(asks: 0);
    }

    [Test]
    public async Task So_is_what_has_lost_a_file()
    {
        await Build(asks: 1);
        File.Delete(_tree.File("src/Domain/Domain.cs"));
        await Build(asks: 1);
    }

    [Test]
    public async Task And_what_somebody_else_has_made_of_other_sources_meanwhile()
    {
        await Build(asks: 1);
        foreach (var made in (string[])[Program, $"{Project}/bin/Release/net10.0/wwwroot/page.js"])
        {
            Write(made, "of sources that were changed back since");
            await Build(asks: 1);
            await Build(asks: 0);
        }

        Directory.Delete(_tree.File($"{Project}/bin"), recursive: true);
        await Build(asks: 1);
    }

    [Test]
    public async Task What_fails_says_why_and_is_tried_again()
    {
        Write("broken", "");
        var (code, said) = await Run();
        Assert.That((code, said.Trim()), Is.EqualTo((1, "error CS0000")));
        File.Delete(_tree.File("broken"));
        File.Delete(_tree.File("asked"));
        await Build(asks: 1);
    }

    private async Task Build(int asks)
    {
        Assert.That(await Run(), Is.EqualTo((0, "")));
        var asked = _tree.File("asked");
        Assert.That(File.Exists(asked) ? await File.ReadAllLinesAsync(asked) : [], Is.EqualTo(Enumerable.Repeat(Project, asks)));
        File.Delete(asked);
    }

    private Task<(int Code, string Output)> Run() =>
        Shell.Try("env", $"PATH={_tree.File("sdk")}:{Environment.GetEnvironmentVariable("PATH")}", _tree.File("tools/build"), Project);

    private void Write(string file, string text)
    {
        var path = _tree.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
