using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>The stand-in's page in a real Chromium, with discord.js as the bot.</summary>
[TestFixture]
internal sealed class StandInPageTests
{
    private StandIn _discord = null!;
    private NodeClient _client = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _page = null!;

    [SetUp]
    public async Task Start()
    {
        _discord = await StandIn.Start(new StandInOptions());
        _client = await NodeClient.Start("discordjs", _discord.BaseAddress, DefaultWorld.ServerBotToken);
        await _client.Ask("register", new { guild = $"{DefaultWorld.Community}" });
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        _page = await _browser.NewPageAsync();
        await _page.GotoAsync(_discord.BaseAddress.ToString());
        await _page.Locator("#channels button", new() { HasText = "# general" }).Last.ClickAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _client.DisposeAsync();
        await _discord.DisposeAsync();
    }

    [Test]
    public async Task It_shows_what_is_posted_and_posts_as_the_chosen_human()
    {
        await _page.Locator("#human").SelectOptionAsync("anna");
        await Write("Is anybody there?");
        await _client.Hears("message", one => (string?)one["content"] == "Is anybody there?");
        await _client.Ask("send", new { channel = $"{_discord.World.Channel("Lizard community", "general").Id}", content = "I am." });
        await Assertions.Expect(_page.Locator("#list li")).ToHaveCountAsync(2);
        await Assertions.Expect(_page.Locator("#list li").Last).ToContainTextAsync("I am.");
        await Assertions.Expect(_page.Locator("#bots .online")).ToHaveTextAsync("MeatLizard, online");
    }

    [Test]
    public async Task It_runs_a_command_and_shows_the_answer_that_nobody_else_sees()
    {
        await Write("/echo text:\"well, well\"");
        await Assertions.Expect(_page.Locator("#answer")).ToHaveTextAsync("Only you see this: well, well");
    }

    [Test]
    public async Task It_says_why_something_is_refused()
    {
        await Write("/nothing");
        await Assertions.Expect(_page.Locator("#answer")).ToHaveTextAsync("There is no command nothing in general.");
    }

    [Test]
    public async Task Its_buttons_disturb_the_bots()
    {
        await _page.GetByRole(AriaRole.Button, new() { Name = "Op 7" }).ClickAsync();
        await Assertions.Expect(_page.Locator("#done")).ToHaveTextAsync("Op 7: 1 connection.");
        await _client.Hears("resumed");
        await Assertions.Expect(_page.Locator("#counters")).ToContainTextAsync("resume MeatLizard");
    }

    private async Task Write(string text)
    {
        await _page.Locator("#text").FillAsync(text);
        await _page.Locator("#text").PressAsync("Enter");
    }
}
