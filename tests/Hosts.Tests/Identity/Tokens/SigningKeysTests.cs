using MeatLizard.Infrastructure.Identity.Tokens;
using MeatLizard.Testing;
using MeatLizard.Testing.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;

namespace MeatLizard.Hosts.Tests.Identity.Tokens;

[TestFixture]
internal sealed class SigningKeysTests
{
    [Test]
    public async Task Whoever_hangs_up_does_not_end_the_reading_for_all_others()
    {
        using var folder = new TestFolder();
        using var issuer = new Issuer();
        var file = folder.File("jwks.json");
        await File.WriteAllTextAsync(file, Issuer.Text(issuer.Jwks));
        var (begun, told) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        using var keys = new SigningKeys(
            async cancellationToken =>
            {
                begun.TrySetResult();
                return await told.Task.WaitAsync(cancellationToken);
            },
            TimeProvider.System,
            NullLogger<SigningKeys>.Instance);
        using var caller = new CancellationTokenSource();
        var asked = keys.Find(Issuer.RsaId, SecurityAlgorithms.RsaSha256, caller.Token).AsTask();
        await begun.Task;
        await caller.CancelAsync();
        told.SetResult(file);
        Assert.That((await asked).Key, Is.Not.Null);
    }
}
