using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Security;

/// <summary>Wherever a worker's machine keeps its root.</summary>
[TestFixture("file")]
[TestFixture("keychain")]
internal sealed class RootStoreTests(string kind)
{
    private const string Root = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private TestFolder _folder = null!;
    private IRootStore _store = null!;

    [SetUp]
    public void Open()
    {
        _folder = new TestFolder();
        ScriptedKeychain.Write(_folder);
        _store = In("worker");
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
    public async Task Two_servers_may_know_a_worker_of_one_name_here()
    {
        var other = In("other");
        await _store.Save("anna-mac", Root, CancellationToken.None);
        await other.Save("anna-mac", new string('f', 64), CancellationToken.None);
        await other.Remove("anna-mac", CancellationToken.None);
        Assert.That(await _store.Find("anna-mac", CancellationToken.None), Is.EqualTo(Root));
        Assert.That(await other.Find("anna-mac", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_folder_that_was_moved_still_finds_its_root()
    {
        await _store.Save("anna-mac", Root, CancellationToken.None);
        Directory.Move(_folder.File("worker"), _folder.File("elsewhere"));
        Assert.That(await In("elsewhere").Find("anna-mac", CancellationToken.None), Is.EqualTo(Root));
    }

    [Test]
    public async Task A_root_is_never_an_argument()
    {
        await _store.Save("anna-mac", Root, CancellationToken.None);
        var arguments = _folder.File("arguments");
        Assert.That(File.Exists(arguments) ? await File.ReadAllTextAsync(arguments) : "", Does.Not.Contain(Root));
    }

    private IRootStore In(string folder) => kind == "file"
        ? new FileRootStore(_folder.File(folder))
        : ScriptedKeychain.Of(_folder, folder);
}
