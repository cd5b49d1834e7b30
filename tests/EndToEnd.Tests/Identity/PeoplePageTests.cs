using System.Text.Json;
using System.Text.RegularExpressions;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Identity;

/// <summary>The pages about people and one's own account, in a real Chromium.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class PeoplePageTests
{
    private const string Password = "correct horse battery";
    private const string NewPassword = "another horse battery";

    private readonly List<string> _violations = [];
    private TestFolder _folder = null!;
    private ProductProcess _product = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        FakeModel.Write(_folder.File("models"), "scripted", new FakeRun { Tokens = ["Yes."] });
        _product = await ProductProcess.StartBuilt(
            _folder.File("data"),
            "--Identity:SignUp=Invite",
            $"--Inference:Models={_folder.File("models")}",
            $"--Inference:LlamaServer={TestLlama.StandIn(_folder)}");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        _owner = await Page();
        await Eventually.Is(() => _product.SetupToken is not null);
        await Join(_owner, $"{_product.Address}#setup={_product.SetupToken}", "Olga", "olga@example.org", "setup");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _product.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Somebody_is_invited_comes_in_is_suspended_and_finds_a_way_back()
    {
        await Open("people");
        await _owner.GetByTestId("note").FillAsync("Ben from next door");
        await _owner.GetByTestId("invite-form-submit").ClickAsync();
        var link = await _owner.GetByTestId("invitations").GetByTestId("secret").InnerTextAsync();
        await Assertions.Expect(_owner.GetByTestId("invitation")).ToContainTextAsync("Ben from next door");

        var ben = await Page();
        await Join(ben, link, "Ben", "ben@example.org", "invite");
        await ben.GetByTestId("account").ClickAsync();
        await Assertions.Expect(ben.GetByTestId("account-page")).ToContainTextAsync("member");
        await Assertions.Expect(ben.GetByText("Audit log")).ToHaveCountAsync(0);

        await Open("people");
        var row = _owner.GetByTestId("person").Filter(new() { HasTextString = "ben@example.org" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("suspended");
        await ben.ReloadAsync();
        await Assertions.Expect(ben.GetByTestId("sign-in")).ToBeVisibleAsync();

        await row.GetByRole(AriaRole.Button, new() { Name = "Let in again" }).ClickAsync();
        await Assertions.Expect(row.GetByRole(AriaRole.Button, new() { Name = "Suspend" })).ToBeVisibleAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Password link" }).ClickAsync();
        await _owner.GetByTestId("confirm-recovery-submit").ClickAsync();
        await ben.GotoAsync(await _owner.GetByTestId("people").GetByTestId("secret").InnerTextAsync());
        await ben.ReloadAsync();
        await ben.GetByTestId("password").FillAsync(NewPassword);
        await ben.GetByTestId("recover-submit").ClickAsync();
        await Assertions.Expect(ben.GetByTestId("composer")).ToBeVisibleAsync();

        await Open("audit");
        await Assertions.Expect(_owner.GetByTestId("audit")).ToContainTextAsync("offer recovery");
        await Assertions.Expect(_owner.GetByTestId("audit")).ToContainTextAsync("change user");
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task A_key_is_made_shown_once_and_revoked()
    {
        await Open("account");
        await _owner.GetByTestId("name").FillAsync("laptop");
        await _owner.GetByTestId("key-form-submit").ClickAsync();
        var key = await _owner.GetByTestId("keys").GetByTestId("secret").InnerTextAsync();
        Assert.That(await Knows(key), Is.True);
        await Assertions.Expect(_owner.GetByTestId("key-form-submit")).ToBeFocusedAsync();
        await _owner.ReloadAsync();
        await Assertions.Expect(_owner.GetByTestId("keys")).ToContainTextAsync("laptop");
        await Assertions.Expect(_owner.GetByTestId("keys")).Not.ToContainTextAsync(key);
        await _owner.GetByTestId("keys").GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(_owner.GetByTestId("keys")).ToContainTextAsync("No key yet");
        await Assertions.Expect(_owner.GetByRole(AriaRole.Heading, new() { Name = "API keys" })).ToBeFocusedAsync();
        Assert.That(await Knows(key), Is.False);
    }

    [Test]
    public async Task A_provider_is_added_with_a_key_that_is_not_shown_again_and_removed()
    {
        await Open("providers");
        await _owner.GetByTestId("add-provider").ClickAsync();
        await _owner.GetByTestId("name").FillAsync("cloud");
        await _owner.GetByTestId("kind").SelectOptionAsync("Anthropic");
        await _owner.GetByTestId("models").FillAsync("large, small");
        await _owner.GetByTestId("key").FillAsync("sk-very-secret");
        await _owner.GetByTestId("monthly_budget").FillAsync("20");
        await _owner.GetByTestId("provider-form-submit").ClickAsync();
        await Assertions.Expect(_owner.Locator("#monthly_budget-fault")).ToContainTextAsync("InputPrice");
        await _owner.GetByTestId("input_price").FillAsync("3");
        await _owner.GetByTestId("output_price").FillAsync("15");
        await _owner.GetByTestId("provider-form-submit").ClickAsync();
        var row = _owner.GetByTestId("provider");
        await Assertions.Expect(row).ToContainTextAsync("large, small · key kept here · 0 of 20 USD spent this month");

        await row.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await Assertions.Expect(_owner.GetByTestId("key")).ToHaveValueAsync("");
        await _owner.GetByTestId("models").FillAsync("small");
        await _owner.GetByTestId("provider-form-submit").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("small · key kept here");

        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await _owner.GetByTestId("confirm-remove-submit").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }

    [Test]
    public async Task A_key_gets_another_secret_while_the_old_one_is_good_for_a_while()
    {
        await Open("account");
        await _owner.GetByTestId("name").FillAsync("turning");
        await _owner.GetByTestId("key-form-submit").ClickAsync();
        var secret = _owner.GetByTestId("keys").GetByTestId("secret");
        await Assertions.Expect(secret).ToBeVisibleAsync();
        var old = await secret.InnerTextAsync();
        var row = _owner.GetByTestId("key").Filter(new() { HasTextString = "turning" });
        await row.GetByRole(AriaRole.Button, new() { Name = "New secret" }).ClickAsync();
        await _owner.GetByTestId("confirm-rotate-submit").ClickAsync();
        await Assertions.Expect(secret).Not.ToHaveTextAsync(old);
        var young = await secret.InnerTextAsync();
        await Assertions.Expect(row).ToContainTextAsync("its old secret is good until");
        Assert.That((await Knows(old), await Knows(young)), Is.EqualTo((true, true)));
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.That((await Knows(old), await Knows(young)), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task A_group_gets_a_limit_by_keyboard_and_its_people_see_it()
    {
        await Open("people");
        await _owner.GetByTestId("group").FillAsync("Class 4b");
        await _owner.GetByTestId("group").PressAsync("Enter");
        var row = _owner.GetByRole(AriaRole.Listitem).Filter(new() { HasTextString = "Class 4b" });
        await row.GetByTestId("join").SelectOptionAsync(new SelectOptionValue { Label = "Olga" });
        await Assertions.Expect(row.GetByRole(AriaRole.Button, new() { Name = "Take Olga out of Class 4b" })).ToBeVisibleAsync();

        await Open("limits");
        await _owner.GetByTestId("scope").SelectOptionAsync("group");
        await _owner.GetByTestId("scope_id").SelectOptionAsync(new SelectOptionValue { Label = "Class 4b" });
        await _owner.GetByTestId("amount").FillAsync("5000");
        await _owner.GetByTestId("amount").PressAsync("Enter");
        var limit = _owner.GetByTestId("limit").Filter(new() { HasTextString = "Class 4b" });
        await Assertions.Expect(limit).ToContainTextAsync(new Regex("5.?000 tokens a day"));

        await Open("usage");
        await Assertions.Expect(_owner.GetByTestId("use").Filter(new() { HasTextString = "Your group Class 4b" }))
            .ToContainTextAsync(new Regex("0 of 5.?000"));
        await Open("limits");
        await limit.GetByRole(AriaRole.Button).FocusAsync();
        await _owner.Keyboard.PressAsync("Enter");
        await Assertions.Expect(limit).ToHaveCountAsync(0);
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task A_wrong_password_is_said_at_its_field_and_other_sign_ins_can_be_ended()
    {
        var elsewhere = await Page();
        await elsewhere.GotoAsync(_product.Address.ToString());
        await elsewhere.GetByTestId("email").FillAsync("olga@example.org");
        await elsewhere.GetByTestId("password").FillAsync(Password);
        await elsewhere.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(elsewhere.GetByTestId("composer")).ToBeVisibleAsync();

        await Open("account");
        await _owner.GetByTestId("current").FillAsync("not this one at all");
        await _owner.GetByTestId("password").FillAsync(NewPassword);
        await _owner.GetByTestId("password-form-submit").ClickAsync();
        await Assertions.Expect(_owner.Locator("#current-fault")).ToHaveTextAsync("This is not your password.");

        await _owner.GetByTestId("sign-ins").GetByRole(AriaRole.Button, new() { Name = "End" }).First.ClickAsync();
        await Assertions.Expect(_owner.GetByTestId("sign-ins").GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await elsewhere.ReloadAsync();
        await Assertions.Expect(elsewhere.GetByTestId("sign-in")).ToBeVisibleAsync();
    }

    [Test]
    public async Task Somebody_takes_along_all_that_is_kept_of_them_and_is_forgotten()
    {
        await Open("people");
        await _owner.GetByTestId("note").FillAsync("Cora");
        await _owner.GetByTestId("invite-form-submit").ClickAsync();
        var cora = await Page();
        await Join(cora, await _owner.GetByTestId("invitations").GetByTestId("secret").InnerTextAsync(), "Cora", "cora@example.org", "invite");
        await cora.GetByTestId("composer").FillAsync("My chameleon is called Quinoa.");
        await cora.GetByTestId("composer").PressAsync("Enter");
        await Assertions.Expect(cora.GetByTestId("message-assistant")).ToContainTextAsync("Yes.", new() { Timeout = 20_000 });

        await cora.GetByTestId("account").ClickAsync();
        var saved = await cora.RunAndWaitForDownloadAsync(() => cora.GetByTestId("export").ClickAsync());
        var lines = await File.ReadAllLinesAsync(await saved.PathAsync());
        foreach (var line in lines)
        {
            using var entry = JsonDocument.Parse(line);
            Assert.That(entry.RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object));
        }

        var kept = string.Join('\n', lines);
        Assert.That(kept, Does.Contain("My chameleon is called Quinoa.").And.Contain("Yes.").And.Contain("cora@example.org"));
        Assert.That(kept, Does.Not.Contain("olga@example.org"));

        await cora.GetByTestId("forget").ClickAsync();
        await cora.GetByTestId("forget-password").FillAsync("not her password");
        await cora.GetByTestId("confirm-forget-submit").ClickAsync();
        await Assertions.Expect(cora.GetByRole(AriaRole.Dialog)).ToContainTextAsync(new Regex("password", RegexOptions.IgnoreCase));
        await Assertions.Expect(cora.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await cora.GetByTestId("forget-password").FillAsync(Password);
        await cora.GetByTestId("confirm-forget-submit").ClickAsync();
        await Assertions.Expect(cora.GetByTestId("sign-in")).ToBeVisibleAsync(new() { Timeout = 15_000 });

        await cora.GetByTestId("email").FillAsync("cora@example.org");
        await cora.GetByTestId("password").FillAsync(Password);
        await cora.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(cora.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Open("people");
        await Assertions.Expect(_owner.GetByTestId("people")).ToContainTextAsync("olga@example.org");
        await Assertions.Expect(_owner.GetByTestId("people")).Not.ToContainTextAsync("cora@example.org");
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task On_a_phone_no_page_is_wider_than_the_screen()
    {
        var phone = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = 375, Height = 760 }, ColorScheme = ColorScheme.Dark });
        await phone.Context.AddCookiesAsync([.. (await _owner.Context.CookiesAsync()).Select(cookie => new Cookie
        {
            Name = cookie.Name,
            Value = cookie.Value,
            Url = _product.Address.ToString(),
        })]);
        foreach (var page in new[] { "account", "settings", "usage", "people", "limits", "providers", "audit" })
        {
            await phone.GotoAsync($"{_product.Address}#/{page}");
            await phone.ReloadAsync();
            await Assertions.Expect(phone.GetByTestId($"{page}-page")).ToBeVisibleAsync();
            await Assertions.Expect(phone.GetByText(new Regex("Loading"))).ToHaveCountAsync(0);
            Assert.That(
                await phone.EvaluateAsync<bool>("() => document.querySelector('.account-page').scrollWidth <= window.innerWidth"), page);
        }
    }

    private async Task<IPage> Page()
    {
        var page = await (await _browser.NewContextAsync()).NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _violations.Add(message.Text);
            }
        };
        return page;
    }

    private async Task Open(string page)
    {
        await _owner.GotoAsync($"{_product.Address}#/{page}");
        await _owner.ReloadAsync();
        await Assertions.Expect(_owner.GetByTestId($"{page}-page")).ToBeVisibleAsync();
    }

    private async Task<bool> Knows(string key)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return (await http.GetAsync(new Uri(_product.Address, "api/v1/sessions"))).IsSuccessStatusCode;
    }

    private static async Task Join(IPage page, string link, string name, string email, string kind)
    {
        await page.GotoAsync(link);
        await page.GetByTestId("name").FillAsync(name);
        await page.GetByTestId("email").FillAsync(email);
        await page.GetByTestId("password").FillAsync(Password);
        await page.GetByTestId($"{kind}-submit").ClickAsync();
        await Assertions.Expect(page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }
}
