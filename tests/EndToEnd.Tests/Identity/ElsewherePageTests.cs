using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Identity;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Identity;

/// <summary>Signing in with an account elsewhere, in a real Chromium that is sent there and back.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ElsewherePageTests
{
    private TestFolder _folder = null!;
    private OidcServer _issuer = null!;
    private ProductProcess _product = null!;
    private Chromium _browser = null!;

    private IPage Page => _browser.Page;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _issuer = await OidcServer.Start();
        _product = await ProductProcess.StartBuilt(
            _folder.File("data"),
            "--Relay:LocalWorker=false",
            $"--Identity:Oidc:Issuer={_issuer.Address}",
            $"--Identity:Oidc:ClientId={OidcServer.Client}",
            $"--Identity:Oidc:ClientSecret={OidcServer.Secret}",
            "--Identity:Oidc:Name=Example",
            "--Identity:Oidc:NewUsers=Member");
        _issuer.Callback = new(_product.Address, "api/v1/auth/oidc/callback");
        _browser = await Chromium.Start();
        await _browser.SetUp(_product);
        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync(_product.Address.ToString());
    }

    [TearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        await _product.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Somebody_goes_there_comes_back_signed_in_and_has_no_password_here()
    {
        await Page.GetByTestId("sign-in-elsewhere").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        Assert.That(Page.Url, Does.Not.Contain("code=").And.Not.Contain("state="));
        await Page.GetByTestId("account").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("account-page")).ToContainTextAsync("Olga Elsewhere");
        await Assertions.Expect(Page.GetByTestId("account-page")).ToContainTextAsync("member");
        await Assertions.Expect(Page.GetByTestId("password-form-submit")).ToHaveCountAsync(0);
    }

    [Test]
    public async Task What_did_not_come_about_there_is_said_and_the_way_is_open_again()
    {
        _issuer.Sign = (_, _) => "no token";
        await Page.GetByTestId("sign-in-elsewhere").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("sign-in-elsewhere-error")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        _issuer.Sign = (keys, claims) => keys.Sign(Issuer.RsaHeader(), claims);
        await Page.GetByTestId("sign-in-elsewhere").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }
}
