using System.Security.Cryptography;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Security;

internal sealed class RootVaultTests
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _root = RandomNumberGenerator.GetBytes(32);

    [Test]
    public void A_root_opens_for_its_worker_alone_and_under_its_master_key_alone()
    {
        var vault = new RootVault(new MasterKey(RandomNumberGenerator.GetBytes(32)));
        var blob = vault.Seal(new("anna"), _root);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(vault.Open(new("anna"), blob), Is.EqualTo(_root));
            Assert.That(vault.Open(new("berta"), blob), Is.Null);
            Assert.That(new RootVault(new MasterKey(RandomNumberGenerator.GetBytes(32))).Open(new("anna"), blob), Is.Null);
            Assert.That(vault.Seal(new("anna"), _root), Is.Not.EqualTo(blob), "a nonce is drawn each time");
        }
    }

    [Test]
    public void A_blob_with_any_bit_changed_opens_nothing()
    {
        var vault = new RootVault(new MasterKey(RandomNumberGenerator.GetBytes(32)));
        var blob = vault.Seal(new("anna"), _root);
        for (var bit = 0; bit < blob.Length * 8; bit++)
        {
            var changed = blob.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(vault.Open(new("anna"), changed), Is.Null);
        }

        Assert.That(vault.Open(new("anna"), blob.AsSpan(1)), Is.Null);
        Assert.That(vault.Open(new("anna"), []), Is.Null);
    }

    [Test]
    public void A_secret_file_is_made_once_and_is_its_owners_alone()
    {
        using var folder = new TestFolder();
        for (var round = 0; round < 200; round++)
        {
            var contested = folder.File($"contested/{round}.key");
            using var together = new Barrier(2);
            var answers = new string[2];
            Parallel.For(0, 2, new() { MaxDegreeOfParallelism = 2 }, who =>
            {
                _ = together.SignalAndWait(TimeSpan.FromSeconds(10));
                answers[who] = SecretFile.HexOf(contested);
            });
            Assert.That(answers[0], Is.EqualTo(answers[1]), $"round {round}");
        }

        var path = folder.File("data/master.key");
        var drawn = Enumerable.Range(0, 8).AsParallel().Select(_ => SecretFile.HexOf(path)).Distinct().ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(drawn, Has.Length.EqualTo(1));
            Assert.That(drawn[0], Does.Match("^[0-9a-f]{64}$"));
            Assert.That(OperatingSystem.IsWindows() ? Mine : File.GetUnixFileMode(path), Is.EqualTo(Mine));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
        }
    }
}
