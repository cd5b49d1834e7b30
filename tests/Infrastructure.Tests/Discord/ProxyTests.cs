using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class ProxyTests : StandInFixture
{
    [Test]
    public async Task Requests_and_the_gateway_go_through_the_proxy()
    {
        await using var proxy = new HttpProxy("anna", "p@ss word");
        var bot = NewBot(change: options => options with { Proxy = proxy.Address });
        await bot.Connected();
        _ = await bot.Api.Post(General, new DiscordPost("through the wall"), CancellationToken.None);
        await Eventually.Is(() => bot.Said.Count == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(proxy.Asked, Has.Some.StartsWith("GET http://").And.Some.StartsWith("CONNECT "));
            Assert.That(bot.Log.Lines, Has.None.Contain("p@ss"));
        }

        await bot.DisposeAsync();
    }

    [Test]
    public async Task Without_the_password_it_says_what_is_wrong()
    {
        await using var proxy = new HttpProxy("anna", "password");
        var bot = NewBot(change: options => options with { Proxy = new UriBuilder(proxy.Address) { Password = "wrong" }.Uri, Attempts = 1 });
        var failed = await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None));
        Assert.That(failed.Message, Does.Contain("407"));
    }
}
