using System.Security.Cryptography;
using System.Text;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Tests.Security;

internal sealed class ProviderVaultTests
{
    private const string Key = "sk-very-secret";
    private const string Address = "https://api.example.org/v1";

    private readonly ProviderVault _vault = new(new MasterKey(RandomNumberGenerator.GetBytes(32)));

    [Test]
    public void A_key_opens_for_its_provider_at_its_address_under_its_master_key_alone()
    {
        var blob = _vault.Seal("cloud", Address, Key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_vault.Open("cloud", Address, blob), Is.EqualTo(Key));
            Assert.That(_vault.Open("spare", Address, blob), Is.Null);
            Assert.That(_vault.Open("cloud", "https://elsewhere.example.org/v1", blob), Is.Null);
            Assert.That(new ProviderVault(new MasterKey(RandomNumberGenerator.GetBytes(32))).Open("cloud", Address, blob), Is.Null);
            Assert.That(_vault.Seal("cloud", Address, Key), Is.Not.EqualTo(blob), "a nonce is drawn each time");
            Assert.That(Encoding.UTF8.GetString(blob), Does.Not.Contain(Key));
        }
    }

    [Test]
    public void A_blob_with_any_bit_changed_opens_nothing()
    {
        var blob = _vault.Seal("cloud", Address, Key);
        for (var bit = 0; bit < blob.Length * 8; bit++)
        {
            var changed = blob.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(_vault.Open("cloud", Address, changed), Is.Null);
        }

        Assert.That(_vault.Open("cloud", Address, blob.AsSpan(1)), Is.Null);
        Assert.That(_vault.Open("cloud", Address, []), Is.Null);
    }
}
