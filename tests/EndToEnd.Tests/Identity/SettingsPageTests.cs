using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Identity;

/// <summary>The page Settings in a real Chromium: one's own defaults, and for admins the places', the installation's and its configuration.</summary>
[TestFixture]
internal sealed class SettingsPageTests
{
    private const string Password = "correct horse battery";

    private readonly List<string> _violations = [];
    private TestFolder _folder = null!;
    private ProductProcess _product = null!;
    private Chromium _browser = null!;
    private IPage _page = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        FakeModel.Write(_folder.File("models"), "first", new FakeRun { Tokens = ["Yes."] });
        FakeModel.Write(_folder.File("models"), "second", new FakeRun { Tokens = ["No."] });
        FakeModel.Write(_folder.File("models"), "vectors", new FakeRun());
        await File.WriteAllTextAsync(_folder.File("models/vectors.json"), """{"embeddings":true}""");
        _product = await ProductProcess.StartBuilt(
            _folder.File("data"),
            "--Identity:SignUp=Open",
            $"--Inference:Models={_folder.File("models")}",
            $"--Inference:LlamaServer={TestLlama.StandIn(_folder)}");
        _browser = await Chromium.Start();
        _page = _browser.Page;
        _page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _violations.Add(message.Text);
            }
        };
        await Eventually.Is(() => _product.SetupToken is not null);
        await Join($"{_product.Address}#setup={_product.SetupToken}", "Olga", "setup");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        await _product.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_default_is_chosen_answers_and_is_said_to_be_why()
    {
        await Open();
        await _page.GetByTestId("installation-model").SelectOptionAsync("first");
        await _page.GetByTestId("installation-form-submit").ClickAsync();
        await Assertions.Expect(_page.GetByTestId("installation-said")).ToHaveTextAsync("Saved.");
        await _page.GetByTestId("place-model").SelectOptionAsync("first");
        await Assertions.Expect(_page.GetByTestId("place")).ToContainTextAsync("A worker that is online has it.");
        await _page.GetByTestId("own-model").SelectOptionAsync("second");
        await _page.GetByTestId("own-system-prompt").FillAsync("Be brief.");
        await _page.GetByTestId("own-settings-form-submit").ClickAsync();
        await Assertions.Expect(_page.GetByTestId("own-settings-said")).ToHaveTextAsync("Saved.");

        await Open();
        await Assertions.Expect(_page.GetByTestId("own-model").Locator("option"))
            .ToHaveTextAsync(["Whatever the server has chosen", "first", "second"]);
        await Assertions.Expect(_page.GetByTestId("own-model")).ToHaveValueAsync("second");
        await Assertions.Expect(_page.GetByTestId("own-model-standing")).ToHaveTextAsync("A worker that is online has it.");
        await Assertions.Expect(_page.GetByTestId("own-system-prompt")).ToHaveValueAsync("Be brief.");
        await Assertions.Expect(_page.GetByTestId("place-model")).ToHaveValueAsync("first");
        await Assertions.Expect(_page.GetByTestId("installation-model")).ToHaveValueAsync("first");

        await _page.GotoAsync(_product.Address.ToString());
        await _page.GetByTestId("composer").FillAsync("Is it warm?");
        await _page.GetByTestId("composer").PressAsync("Enter");
        var why = _page.GetByTestId("why-open");
        await Assertions.Expect(why).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(_page.GetByTestId("origin")).ToContainTextAsync("second");
        await why.ClickAsync();
        await Assertions.Expect(_page.GetByTestId("why")).ToContainTextAsync("“second” was asked for");
        await Assertions.Expect(_page.GetByTestId("why")).ToContainTextAsync("is your own default");
        await Assertions.Expect(_page.GetByTestId("why").Locator(".chosen")).ToContainTextAsync("Your default: second");
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task The_configuration_is_read_and_no_secret_is_shown()
    {
        await Open();
        var configured = _page.GetByTestId("configuration");
        await Assertions.Expect(configured.GetByTestId("configured").Filter(new() { HasTextString = "Identity:SignUp" })).ToContainTextAsync("Open");
        await Assertions.Expect(configured.GetByTestId("configured").Filter(new() { HasTextString = "Storage:Provider" })).ToContainTextAsync("Sqlite");
        await configured.GetByTestId("every-key").ClickAsync();
        await Assertions.Expect(configured.GetByRole(AriaRole.Row).Filter(new() { HasTextString = "Inference:LlamaServer" })).ToContainTextAsync("command line");
        var wide = _page.ViewportSize!;
        await _page.SetViewportSizeAsync(375, 760);
        Assert.That(await _page.EvaluateAsync<bool>("() => document.querySelector('.account-page').scrollWidth <= window.innerWidth"));
        await _page.SetViewportSizeAsync(wide.Width, wide.Height);
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task A_member_finds_their_own_alone()
    {
        await using var other = await Chromium.Start();
        var page = other.Page;
        await page.GotoAsync($"{_product.Address}");
        await page.EvaluateAsync(
            """
            async password => await fetch("/api/v1/auth/register", {
              method: "POST", headers: { "Content-Type": "application/json", "X-Requested-With": "MeatLizard" },
              body: JSON.stringify({ email: "ben@example.org", password, name: "Ben" }),
            })
            """,
            Password);
        await page.GotoAsync($"{_product.Address}#/settings");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByTestId("own-settings")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("own-model")).ToBeVisibleAsync();
        foreach (var section in new[] { "installation", "places", "configuration" })
        {
            await Assertions.Expect(page.GetByTestId(section)).ToHaveCountAsync(0);
        }
    }

    private async Task Open()
    {
        await _page.GotoAsync($"{_product.Address}#/settings");
        await _page.ReloadAsync();
        await Assertions.Expect(_page.GetByTestId("configuration").GetByTestId("configured").First).ToBeVisibleAsync();
        await Assertions.Expect(_page.GetByTestId("own-model")).ToBeVisibleAsync();
        await Assertions.Expect(_page.GetByTestId("place-model")).ToBeVisibleAsync();
        await Assertions.Expect(_page.GetByTestId("installation-model")).ToBeVisibleAsync();
    }

    private async Task Join(string link, string name, string kind)
    {
        await _page.GotoAsync(link);
        await _page.GetByTestId("name").FillAsync(name);
        await _page.GetByTestId("email").FillAsync($"{name}@example.org");
        await _page.GetByTestId("password").FillAsync(Password);
        await _page.GetByTestId($"{kind}-submit").ClickAsync();
        await Assertions.Expect(_page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }
}
