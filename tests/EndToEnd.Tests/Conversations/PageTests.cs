using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Conversations;

/// <summary>The page in a real Chromium, against the product and a llama-server that answers slowly enough to be interrupted.</summary>
[TestFixture]
internal sealed class PageTests
{
    private readonly List<string> _violations = [];
    private TestFolder _folder = null!;
    private ProductProcess _product = null!;
    private Chromium _browser = null!;
    private IPage _page = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        FakeModel.Write(_folder.File("models"), "scripted", new FakeRun { Tokens = Answer.Split(' ').Select(word => word + " ").ToArray(), TokenMs = 40 });
        _product = await ProductProcess.StartBuilt(
            _folder.File("data"),
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
        await _browser.SetUp(_product);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        await _product.DisposeAsync();
        _folder.Dispose();
    }

    [SetUp]
    public async Task NewConversation()
    {
        await _page.SetViewportSizeAsync(1280, 720);
        await _page.GotoAsync(_product.Address.ToString());
        await _page.GetByTestId("new-session").ClickAsync();
    }

    [Test]
    public async Task An_answer_streams_as_Markdown_and_is_there_after_a_reload()
    {
        await Say("Tell me about lizards.");
        await Assertions.Expect(Last().Locator("strong")).ToHaveTextAsync("Lizards", new() { Timeout = 20_000 });
        await Assertions.Expect(_page.GetByTestId("send")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(Last().Locator("li")).ToHaveCountAsync(3);
        var before = await Last().InnerTextAsync();

        await _page.ReloadAsync();
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.");
        Assert.That(await Last().InnerTextAsync(), Is.EqualTo(before));
        Assert.That(_violations, Is.Empty);
    }

    [Test]
    public async Task A_reload_in_the_middle_of_an_answer_loses_nothing()
    {
        await Say("Go on, slowly.");
        await Assertions.Expect(_page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        await _page.ReloadAsync();
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
        await Assertions.Expect(_page.GetByTestId("message-user")).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Stop_keeps_what_has_arrived_and_says_so()
    {
        await Say("A long one, please.");
        await Assertions.Expect(_page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        await _page.GetByTestId("stop").ClickAsync();
        await Assertions.Expect(Last()).ToHaveAttributeAsync("data-status", "cancelled", new() { Timeout = 10_000 });
        await Assertions.Expect(Last()).ToContainTextAsync("Lizards");
    }

    [Test]
    public async Task Regenerate_adds_a_branch_that_can_be_switched()
    {
        await Say("Once.");
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
        await Last().GetByTestId("regenerate").ClickAsync();
        await Assertions.Expect(_page.GetByTestId("branch-position")).ToContainTextAsync("2", new() { Timeout = 30_000 });
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
    }

    [Test]
    public async Task The_keyboard_stays_in_the_drawer_and_comes_back_from_it()
    {
        await _page.SetViewportSizeAsync(390, 844);
        await _page.GetByTestId("open-drawer").FocusAsync();
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page.GetByRole(AriaRole.Button, new() { Name = "Hide the conversations" })).ToBeFocusedAsync();
        await _page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(_page.GetByTestId("new-session")).ToBeFocusedAsync();
        await Assertions.Expect(_page.Locator("[inert]").GetByTestId("composer")).ToHaveCountAsync(1);
        await _page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(_page.GetByTestId("open-drawer")).ToBeFocusedAsync();
        await Assertions.Expect(_page.Locator("[inert]")).ToHaveCountAsync(0);
    }

    [Test]
    public async Task The_focus_comes_back_from_a_dialog_and_goes_on_to_another_answer()
    {
        await Say("Once.");
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
        await _page.GetByTestId("menu").Locator("summary").ClickAsync();
        await _page.GetByTestId("open-settings").ClickAsync();
        await Assertions.Expect(_page.GetByTestId("settings")).ToBeVisibleAsync();
        await _page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(_page.GetByTestId("menu").Locator("summary")).ToBeFocusedAsync();

        await Last().GetByTestId("regenerate").FocusAsync();
        await _page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(_page.GetByTestId("branch-position")).ToContainTextAsync("2", new() { Timeout = 30_000 });
        await Assertions.Expect(Last()).ToBeFocusedAsync();
    }

    [Test]
    public async Task The_list_follows_an_answer_that_was_left_and_what_happens_elsewhere()
    {
        var dot = _page.GetByRole(AriaRole.Img, new() { Name = "An answer is being written" });
        await Say("Go on without me.");
        await Assertions.Expect(dot).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await _page.GetByTestId("new-session").ClickAsync();
        await Assertions.Expect(dot).ToHaveCountAsync(0, new() { Timeout = 40_000 });

        await Elsewhere("POST", "sessions", """{"title":"Begun elsewhere"}""");
        var session = _page.GetByTestId("session").Filter(new() { HasTextString = "Begun elsewhere" });
        await Assertions.Expect(session).ToHaveCountAsync(1);
        await Elsewhere("DELETE", $"sessions/{await session.GetAttributeAsync("data-id")}", null);
        await Assertions.Expect(session).ToHaveCountAsync(0);
    }

    [Test]
    public async Task What_is_written_from_the_right_is_set_from_the_right()
    {
        await _page.GetByTestId("composer").FillAsync("مرحبا، كيف حالك؟");
        await Assertions.Expect(_page.GetByTestId("composer")).ToHaveCSSAsync("direction", "rtl");
        await _page.GetByTestId("composer").PressAsync("Enter");
        await Assertions.Expect(_page.GetByTestId("message-user").Locator(".said")).ToHaveCSSAsync("direction", "rtl");
        await Assertions.Expect(_page.GetByTestId("conversation-title")).ToHaveCSSAsync("direction", "rtl");
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
        await Assertions.Expect(Last().Locator("li").First).ToHaveCSSAsync("direction", "ltr");
    }

    private const string Answer =
        "**Lizards** are reptiles.\n\n- They bask\n- They climb\n- They shed their tails\n\nThey like warm stones and quiet places, and they do not "
        + "hurry unless they must.\n\nThat is all.";

    private ILocator Last() => _page.GetByTestId("message-assistant").Last;

    /// <summary>A call that this page knows nothing of, and then somebody comes back to its tab.</summary>
    private async Task Elsewhere(string method, string path, string? body) => await _page.EvaluateAsync(
        """
        async ([method, path, body]) => {
          await fetch(`/api/v1/${path}`, { method, body, headers: { "Content-Type": "application/json", "X-Requested-With": "MeatLizard" } });
          document.dispatchEvent(new Event("visibilitychange"));
        }
        """,
        new[] { method, path, body });

    private async Task Say(string text)
    {
        await _page.GetByTestId("composer").FillAsync(text);
        await _page.GetByTestId("composer").PressAsync("Enter");
    }
}
