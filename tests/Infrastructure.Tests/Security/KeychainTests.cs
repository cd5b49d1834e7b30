using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Security;

/// <summary>What only a keychain has.</summary>
[TestFixture]
internal sealed class KeychainTests
{
    private static readonly string Root = new('a', 64);
    private static readonly string Another = new('f', 64);

    private TestFolder _folder = null!;

    [SetUp]
    public void Open()
    {
        _folder = new TestFolder();
        ScriptedKeychain.Write(_folder);
    }

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public async Task A_root_of_the_time_before_folders_were_told_apart_is_found_until_there_is_another()
    {
        await File.WriteAllTextAsync(_folder.File("meatlizard-worker.anna-mac"), Root);
        var store = ScriptedKeychain.Of(_folder, "worker");
        Assert.That(await store.Find("anna-mac", CancellationToken.None), Is.EqualTo(Root));
        await store.Save("anna-mac", Another, CancellationToken.None);
        Assert.That(await store.Find("anna-mac", CancellationToken.None), Is.EqualTo(Another));
        await store.Remove("anna-mac", CancellationToken.None);
        Assert.That(await store.Find("anna-mac", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task One_that_is_locked_says_how_to_open_it_and_how_to_do_without()
    {
        ScriptedKeychain.Lock(_folder);
        var store = ScriptedKeychain.Of(_folder, "worker");
        foreach (var use in (Func<Task>[])
        [
            () => store.Save("anna-mac", Root, CancellationToken.None),
            () => store.Find("anna-mac", CancellationToken.None),
            () => store.Remove("anna-mac", CancellationToken.None),
        ])
        {
            var locked = await Assert.ThrowsAsync<InvalidOperationException>(() => use());
            Assert.That(locked!.Message, Does.Contain("security unlock-keychain").And.Contain("Worker:KeyStore=File"));
        }
    }
}
