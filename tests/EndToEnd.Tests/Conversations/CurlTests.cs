using System.Text.RegularExpressions;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Conversations;

/// <summary>README's lines for a program's author, run by a shell as they stand there; only address and token are put in.</summary>
[TestFixture]
internal sealed partial class CurlTests
{
    private const string Chapter = "### You call it from a program";

    [Test]
    public async Task Readme_s_lines_lead_from_the_setup_link_to_a_streamed_answer_with_curl_alone()
    {
        using var folder = new TestFolder();
        var model = TestModel.Tiny(folder.File("models"));
        await using var product = await ProductProcess.Run(folder.File("data"), "--model", model, $"--Inference:LlamaServer={TestLlama.Binary}");
        await Eventually.Is(() => product.SetupToken is not null);

        var said = await Bash(folder, Recipe(product));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Does.Contain("event: delta"), "The answer is streamed.");
            Assert.That(said, Does.Contain("event: completed"), "The stream has its end.");
            Assert.That(WholeReply().IsMatch(said), said);
            Assert.That(said, Does.Contain("\"object\":\"chat.completion\""));
            Assert.That(said, Does.Not.Contain("\"status\":4").And.Not.Contain("\"error\":{"), "Nothing is refused.");
        }
    }

    [Test]
    public async Task The_lines_that_a_start_prints_make_the_owner_and_sign_in()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("models"));
        string[] arguments = [$"--Inference:Models={folder.File("models")}", $"--Inference:LlamaServer={TestLlama.Binary}"];
        await using (var first = await ProductProcess.StartBuilt(folder.File("data"), arguments))
        {
            Assert.That(await Bash(folder, await Printed(first, "or: ")), Does.Contain("you@example.org"));
        }

        await using var again = await ProductProcess.StartBuilt(folder.File("data"), arguments);
        var signIn = Put(await Printed(again, "Try: "), "\"…\"", "\"at least ten characters\"");
        Assert.That(await Bash(folder, signIn), Does.Contain("you@example.org"));
    }

    private static Task<string> Bash(TestFolder folder, string lines) => Shell.Run("bash", "-euo", "pipefail", "-c", $"cd '{folder.Path}'\n{lines}");

    /// <summary>What stands behind this in the output of a start, once it does.</summary>
    private static async Task<string> Printed(ProductProcess product, string opening)
    {
        string? line = null;
        await Eventually.Is(() => (line = product.Output.Split('\n').FirstOrDefault(line => line.StartsWith(opening, StringComparison.Ordinal))) is not null);
        return line![opening.Length..];
    }

    /// <summary>All that the chapter has in blocks for a shell.</summary>
    private static string Recipe(ProductProcess product)
    {
        var readme = File.ReadAllText(Path.Combine(ProductProcess.RepositoryRoot, "README.md"));
        var chapter = readme[readme.IndexOf(Chapter, StringComparison.Ordinal)..];
        chapter = chapter[..chapter.IndexOf("\n### ", Chapter.Length, StringComparison.Ordinal)];
        var lines = string.Join('\n', ShellBlock().Matches(chapter).Select(block => block.Groups[1].Value));
        return Put(Put(lines, "url=http://127.0.0.1:8080", $"url={product.Address.ToString().TrimEnd('/')}"), "token=...", $"token={product.SetupToken}");
    }

    private static string Put(string lines, string there, string instead)
    {
        Assert.That(lines, Does.Contain(there));
        return lines.Replace(there, instead, StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("\"reply\":\\{.*\"status\":\"complete\"")]
    private static partial Regex WholeReply();
}
