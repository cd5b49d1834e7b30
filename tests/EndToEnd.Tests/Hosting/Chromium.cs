using MeatLizard.Testing;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>A real browser with one page open.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    public static async Task<Chromium> Start()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        return new(playwright, browser, await browser.NewPageAsync());
    }

    /// <summary>Makes the owner's account by the link that the start has printed; ends in a new conversation.</summary>
    /// <param name="address">Where the browser finds it, when something stands in between.</param>
    public async Task SetUp(ProductProcess product, Uri? address = null)
    {
        await Eventually.Is(() => product.SetupToken is not null);
        await Page.GotoAsync($"{address ?? product.Address}#setup={product.SetupToken}");
        await Page.GetByTestId("name").FillAsync("Owner");
        await Page.GetByTestId("email").FillAsync("owner@example.org");
        await Page.GetByTestId("password").FillAsync("correct horse battery");
        await Page.GetByTestId("setup-submit").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
