using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Conversations;

/// <summary>What somebody has written in the page and the server has not taken: it stays theirs, and stays.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class WrittenPageTests
{
    private const string Owner = "owner@example.org";
    private const string Max = "max@example.org";
    private const string Password = "correct horse battery";

    private TestFolder _folder = null!;
    private ProductProcess _product = null!;
    private Chromium _browser = null!;
    private Cookie[] _owner = [];

    private IPage Page => _browser.Page;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        FakeModel.Write(_folder.File("models"), "scripted", new FakeRun { Tokens = [.. Enumerable.Repeat("Lizards bask. ", 80)], TokenMs = 150 });
        _product = await ProductProcess.StartBuilt(
            _folder.File("data"),
            "--Identity:SignUp=Open",
            $"--Inference:Models={_folder.File("models")}",
            $"--Inference:LlamaServer={TestLlama.StandIn(_folder)}");
        _browser = await Chromium.Start();
        await _browser.SetUp(_product);
        await Page.Context.ClearCookiesAsync();
        await Page.EvaluateAsync(
            """
            async ([email, password]) => await fetch("/api/v1/auth/register", {
              method: "POST", headers: { "Content-Type": "application/json", "X-Requested-With": "MeatLizard" },
              body: JSON.stringify({ email, password, name: "Max" }),
            })
            """,
            new[] { Max, Password });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        await _product.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>By the last sign-in of theirs, where it still holds: signing in is limited.</summary>
    [SetUp]
    public async Task SignedInAsOwner()
    {
        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync(_product.Address.ToString());
        await Page.EvaluateAsync("() => sessionStorage.clear()");
        await Page.Context.AddCookiesAsync(_owner);
        await Page.GotoAsync(_product.Address.ToString());
        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByTestId("composer").Or(Page.GetByTestId("email"))).ToBeVisibleAsync();
        if (await Page.GetByTestId("email").IsVisibleAsync())
        {
            await SignIn(Owner);
        }
    }

    [Test]
    public async Task What_one_person_wrote_is_neither_shown_to_the_next_nor_sent_as_theirs()
    {
        await Page.GetByTestId("composer").FillAsync("The owner's alone.");
        await Page.GetByTestId("sign-out").ClickAsync();
        await SignIn(Max);
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync(string.Empty);

        await Page.Context.ClearCookiesAsync();
        await Say("Max's alone.");
        await SignIn(Owner);
        await Assertions.Expect(Page.GetByTestId("welcome")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync(string.Empty);
        await Page.GetByTestId("sign-out").ClickAsync();
        await SignIn(Max);
        await Assertions.Expect(Page.GetByTestId("message-user")).ToContainTextAsync("Max's alone.", new() { Timeout = 20_000 });
    }

    [Test]
    public async Task A_draft_waits_for_its_writer_while_somebody_else_uses_the_tab()
    {
        await Page.GetByTestId("composer").FillAsync("Nobody's business.");
        await Page.Context.ClearCookiesAsync();
        await Page.ReloadAsync();
        await SignIn(Max);
        await Assertions.Expect(Page.GetByTestId("account")).ToContainTextAsync("Max");
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync(string.Empty);

        await Page.GetByTestId("sign-out").ClickAsync();
        await SignIn(Owner);
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync("Nobody's business.");
    }

    [Test]
    public async Task A_message_that_met_an_expired_sign_in_goes_out_when_its_writer_is_back()
    {
        await HaveAnAnswer();
        await Page.Context.ClearCookiesAsync();
        await Say("Tell me more.");
        await SignIn(Owner);
        await Assertions.Expect(Page.GetByTestId("message-user").Last).ToContainTextAsync("Tell me more.");
        await Page.GetByTestId("stop").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
    }

    [Test]
    public async Task A_link_that_was_used_leads_to_the_sign_in()
    {
        await Page.Context.ClearCookiesAsync();
        await Page.GotoAsync($"{_product.Address}#setup={_product.SetupToken}");
        await Page.ReloadAsync();
        await Page.GetByTestId("sign-in-instead").ClickAsync();
        await SignIn(Owner);
    }

    [Test]
    public async Task After_an_expired_sign_in_the_same_conversation_is_there_and_what_was_written_ahead()
    {
        await HaveAnAnswer();
        await Page.GetByTestId("composer").FillAsync("Written ahead.");
        await Page.Context.ClearCookiesAsync();
        await ComeBack();

        await SignIn(Owner);
        await Assertions.Expect(Page.GetByTestId("message-user")).ToContainTextAsync("Tell me.");
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToContainTextAsync("Lizards");
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync("Written ahead.");
    }

    [Test]
    public async Task An_edit_outlives_coming_back_a_reload_and_an_expired_sign_in()
    {
        await HaveAnAnswer();
        var box = Page.GetByTestId("edit-box");
        await Page.GetByTestId("edit").ClickAsync();
        await box.FillAsync("Said differently.");
        await ComeBack();
        await Assertions.Expect(box).ToHaveValueAsync("Said differently.");
        await Page.ReloadAsync();
        await Assertions.Expect(box).ToHaveValueAsync("Said differently.");

        await Page.Context.ClearCookiesAsync();
        await box.PressAsync("Enter");
        await SignIn(Owner);
        await Assertions.Expect(box).ToHaveValueAsync("Said differently.");
        await box.PressAsync("Enter");
        await Assertions.Expect(Page.GetByTestId("message-user")).ToContainTextAsync("Said differently.", new() { Timeout = 20_000 });
        await Assertions.Expect(box).ToHaveCountAsync(0);
    }

    [Test]
    public async Task A_message_that_waits_stands_under_what_was_asked_in_another_tab_and_its_note_goes_with_the_answer()
    {
        await HaveAnAnswer();
        var other = await Page.RunAndWaitForPopupAsync(() => Page.EvaluateAsync("() => { window.open(location.href); }"));
        await Assertions.Expect(other.GetByTestId("message-assistant")).ToBeVisibleAsync();
        await other.GetByTestId("composer").FillAsync("Asked elsewhere.");
        await other.GetByTestId("composer").PressAsync("Enter");
        await Assertions.Expect(other.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });

        await Say("Asked here.");
        await Assertions.Expect(Page.GetByTestId("composer-note")).ToContainTextAsync("Your message waits here.");
        await Assertions.Expect(Page.GetByTestId("message-user").Last).ToContainTextAsync("Asked elsewhere.");
        await Page.GetByTestId("stop").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(Page.GetByTestId("composer-note")).ToHaveTextAsync(string.Empty);
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync("Asked here.");
        await other.CloseAsync();
    }

    [TestCase("sent")]
    [TestCase("looked at again")]
    public async Task What_was_written_for_a_conversation_that_is_deleted_elsewhere_can_be_taken_along(string then)
    {
        await HaveAnAnswer();
        await Page.GetByTestId("edit").ClickAsync();
        await Page.GetByTestId("edit-box").FillAsync("Said differently.");
        await Page.EvaluateAsync(
            """() => fetch(`/api/v1/sessions/${location.hash.slice(4)}`, { method: "DELETE", headers: { "X-Requested-With": "MeatLizard" } })""");
        if (then == "sent")
        {
            await Say("Written for it.");
        }
        else
        {
            await Page.GetByTestId("composer").FillAsync("Written for it.");
            await ComeBack();
        }

        await Assertions.Expect(Page.GetByTestId("conversation")).ToContainTextAsync("There is no such conversation. It may have been deleted.");
        await Assertions.Expect(Page.GetByTestId("composer")).ToHaveValueAsync("Said differently.\n\nWritten for it.");
        await Assertions.Expect(Page.GetByTestId("composer")).Not.ToBeEditableAsync();
        await Assertions.Expect(Page.GetByTestId("composer-note")).ToHaveTextAsync(string.Empty);
    }

    [Test]
    public async Task A_proxy_that_knows_no_such_place_while_the_server_starts_again_is_waited_for()
    {
        await HaveAnAnswer();
        var asked = 0;
        await Page.RouteAsync("**/api/v1/sessions/*/messages", route => route.Request.Method == "POST" && Interlocked.Increment(ref asked) <= 2
            ? route.FulfillAsync(new() { Status = 404, ContentType = "text/plain", Body = "404 page not found" })
            : route.ContinueAsync());
        await Say("Asked meanwhile.");
        await Assertions.Expect(Page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        await Assertions.Expect(Page.GetByTestId("message-user").Last).ToContainTextAsync("Asked meanwhile.");
        Assert.That(asked, Is.EqualTo(3));
        await Page.UnrouteAllAsync();
        await Page.GetByTestId("stop").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
    }

    [Test]
    public async Task A_message_that_is_too_long_is_told_its_bounds_and_stays()
    {
        await HaveAnAnswer();
        await Say(new string('ü', 700_000));
        await Assertions.Expect(Page.GetByTestId("composer-note")).ToContainTextAsync("This message is too long.");
        Assert.That(await Page.GetByTestId("composer").EvaluateAsync<int>("box => box.value.length"), Is.EqualTo(700_000));
        await Say(new string('a', 600_000));
        await Assertions.Expect(Page.GetByTestId("composer-note")).ToContainTextAsync("524288");
    }

    private async Task HaveAnAnswer()
    {
        await Say("Tell me.");
        await Assertions.Expect(Page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        await Page.GetByTestId("stop").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToHaveAttributeAsync("data-status", "cancelled", new() { Timeout = 20_000 });
    }

    /// <summary>As when the tab is looked at again.</summary>
    private Task<IResponse> ComeBack() => Page.RunAndWaitForResponseAsync(
        () => Page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))"),
        response => response.Url.Contains("/api/v1/sessions/", StringComparison.Ordinal));

    private async Task SignIn(string email)
    {
        await Page.GetByTestId("email").FillAsync(email);
        await Page.GetByTestId("password").FillAsync(Password);
        await Page.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        if (email == Owner)
        {
            _owner = [.. (await Page.Context.CookiesAsync()).Select(cookie => new Cookie
            {
                Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly, SameSite = cookie.SameSite,
            })];
        }
    }

    private async Task Say(string text)
    {
        await Page.GetByTestId("composer").FillAsync(text);
        await Page.GetByTestId("composer").PressAsync("Enter");
    }
}
