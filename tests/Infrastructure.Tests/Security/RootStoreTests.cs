using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Security;

/// <summary>Wherever a worker's machine keeps its root. The keychain's own program is played by a script that takes the same words.</summary>
[TestFixture("file")]
[TestFixture("keychain")]
internal sealed class RootStoreTests(string kind)
{
    private const string Root = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    // Keeps one file for each account; remembers what stood in its arguments.
    private const string Security = """
        #!/bin/sh
        here=$(dirname "$0")
        echo "$@" >>"$here/arguments"
        case $1 in
          -i) read -r add update flag account rest; set -- $rest; echo "$4" >"$here/$account" ;;
          delete-generic-password) [ -f "$here/$3" ] && rm "$here/$3" || exit 44 ;;
          find-generic-password) [ -f "$here/$3" ] && cat "$here/$3" || exit 44 ;;
        esac
        """;

    private TestFolder _folder = null!;
    private IRootStore _store = null!;

    [SetUp]
    public void Open()
    {
        _folder = new TestFolder();
        _store = kind == "file" ? new FileRootStore(_folder.File("worker")) : new KeychainRootStore(Program());
    }

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public async Task A_root_comes_back_and_a_newer_one_replaces_it()
    {
        Assert.That(await _store.Find("anna-mac", CancellationToken.None), Is.Null);
        await _store.Save("anna-mac", Root, CancellationToken.None);
        Assert.That(await _store.Find("anna-mac", CancellationToken.None), Is.EqualTo(Root));
        await _store.Save("anna-mac", new string('f', 64), CancellationToken.None);
        Assert.That(await _store.Find("anna-mac", CancellationToken.None), Is.EqualTo(new string('f', 64)));
        Assert.That(await _store.Find("berta-mac", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_root_that_is_removed_is_gone_and_the_others_stay()
    {
        await _store.Remove("anna-mac", CancellationToken.None);
        await _store.Save("anna-mac", Root, CancellationToken.None);
        await _store.Save(NextRoot.Of("anna-mac"), new string('f', 64), CancellationToken.None);
        await _store.Remove(NextRoot.Of("anna-mac"), CancellationToken.None);
        Assert.That(await _store.Find(NextRoot.Of("anna-mac"), CancellationToken.None), Is.Null);
        Assert.That(await _store.Find("anna-mac", CancellationToken.None), Is.EqualTo(Root));
    }

    [Test]
    public async Task A_root_is_never_an_argument()
    {
        await _store.Save("anna-mac", Root, CancellationToken.None);
        var arguments = _folder.File("arguments");
        Assert.That(File.Exists(arguments) ? await File.ReadAllTextAsync(arguments) : "", Does.Not.Contain(Root));
    }

    private string Program()
    {
        var path = _folder.File("security");
        File.WriteAllText(path, Security);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
