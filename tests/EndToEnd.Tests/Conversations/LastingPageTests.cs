using System.Text.Json;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Conversations;

/// <summary>An open page outlives what happens around it: a lost network, a server killed and started again, a model that comes late.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class LastingPageTests
{
    private const string Answer = "**Lizards** bask. A listing: \n\n```\nwhile (sun) bask();\n```\n\nThey like warm stones and quiet places. That is all.";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private TestFolder _folder = null!;
    private ProductProcess? _product;
    private CuttableWay? _way;
    private Chromium? _browser;

    private ProductProcess Product => _product!;

    private CuttableWay Way => _way!;

    private IPage Page => _browser!.Page;

    [SetUp]
    public void NewFolder()
    {
        (_folder, _product, _way, _browser) = (new TestFolder(), null, null, null);
        Directory.CreateDirectory(_folder.File("models"));
    }

    [TearDown]
    public async Task Stop()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_way?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_product?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    [Test]
    public async Task Copying_takes_the_listing_or_the_message_as_it_was_written()
    {
        await Open(tokenMs: 1);
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Say("Tell me.");
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 20_000 });

        await Page.GetByTestId("copy-code").ClickAsync();
        await Holds("while (sun) bask();\n");
        await Last().GetByTestId("copy-message").ClickAsync();
        await Holds(Answer + " ");
    }

    [Test]
    public async Task A_lost_network_is_said_and_the_answer_is_whole_afterwards()
    {
        await Open(tokenMs: 150);
        await Say("Go on, slowly.");
        await Assertions.Expect(Page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        Way.Down();
        await Assertions.Expect(Page.GetByTestId("connection")).ToContainTextAsync("Connection lost", new() { Timeout = 20_000 });
        Way.Up();

        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
        await IsAsStored("complete");
    }

    [Test]
    public async Task A_server_that_is_killed_and_comes_back_leaves_one_honest_end()
    {
        await Open(tokenMs: 150);
        await Say("Go on, slowly.");
        await Assertions.Expect(Page.GetByTestId("open-answer")).ToContainTextAsync("Lizards", new() { Timeout = 20_000 });
        await Product.Sigkill();
        await Assertions.Expect(Page.GetByTestId("connection")).ToContainTextAsync("Connection lost", new() { Timeout = 20_000 });
        await using var killed = Product;
        _product = await ProductProcess.StartBuiltAt(killed.Address, _folder.File("data"), Arguments());

        await Assertions.Expect(Page.GetByTestId("ending")).ToContainTextAsync("Failed: ", new() { Timeout = 60_000 });
        await Assertions.Expect(Last()).ToContainTextAsync("Lizards");
        await IsAsStored("failed");
    }

    [Test]
    public async Task Without_a_model_the_page_says_how_to_get_one_and_goes_on_when_it_is_there()
    {
        await Open(tokenMs: null);
        await Assertions.Expect(Page.GetByTestId("no-model")).ToContainTextAsync(".gguf");
        await Say("Is anybody there?");
        await Assertions.Expect(Page.GetByTestId("ending")).ToContainTextAsync(".gguf", new() { Timeout = 30_000 });
        await IsAsStored("failed");
        Assert.That((await Stored())[^1].GetProperty("text").GetString(), Is.Empty, "Nothing is made up.");

        Model(tokenMs: 1);
        await Assertions.Expect(Page.GetByTestId("no-model")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await Say("And now?");
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 30_000 });
    }

    [TestCase(390, ColorScheme.Light)]
    [TestCase(390, ColorScheme.Dark)]
    [TestCase(1280, ColorScheme.Light)]
    [TestCase(1280, ColorScheme.Dark)]
    public async Task The_conversation_fits_and_can_be_read(int width, ColorScheme scheme)
    {
        await Open(tokenMs: 1);
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await Page.SetViewportSizeAsync(width, 844);
        await Say(new string('x', 300));
        await Assertions.Expect(Last()).ToContainTextAsync("That is all.", new() { Timeout = 20_000 });

        Assert.That(await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
        Assert.That(await Page.EvaluateAsync<string[]>(Faint), Is.Empty);
        foreach (var control in (string[])["composer", "send", "copy-code", "copy-message", "regenerate"])
        {
            var box = (await Page.GetByTestId(control).Last.BoundingBoxAsync())!;
            Assert.That((box.X >= 0, box.X + box.Width <= width), Is.EqualTo((true, true)), control);
        }

        if (Environment.GetEnvironmentVariable("MEATLIZARD_SCREENSHOTS") is { } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"conversation-{width}-{scheme}.png") });
        }
    }

    /// <summary>Every text that is seen with less than 4.5 : 1 against what lies behind it (WCAG 2.2, 1.4.3), by the colours that the browser has computed.</summary>
    private const string Faint = """
        () => {
          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const rgba = color => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const light = ([r, g, b]) => [r, g, b]
            .map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
          const over = (top, under) => top.slice(0, 3).map((part, i) => part * top[3] / 255 + under[i] * (1 - top[3] / 255));
          const behind = element => {
            const layers = [];
            for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
            return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
          };
          const faint = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const element = walk.currentNode.parentElement;
            if (!walk.currentNode.textContent.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
              || element.closest("script, style, :disabled, option")) continue;
            const back = behind(element), front = over(rgba(getComputedStyle(element).color), back);
            const [high, low] = [light(front), light(back)].sort((one, other) => other - one);
            const ratio = (high + 0.05) / (low + 0.05);
            if (ratio < 4.5) faint.push(`${element.tagName} ${element.className}: ${ratio.toFixed(2)} ${walk.currentNode.textContent.trim().slice(0, 40)}`);
          }
          return faint;
        }
        """;

    /// <param name="tokenMs">Null: without a model.</param>
    private async Task Open(int? tokenMs)
    {
        if (tokenMs is { } time)
        {
            Model(time);
        }

        _product = await ProductProcess.StartBuilt(_folder.File("data"), Arguments());
        _way = new(_product.Address.Port);
        _browser = await Chromium.Start();
        await _browser.SetUp(_product, new($"http://127.0.0.1:{_way.Port}"));
    }

    private void Model(int tokenMs) => FakeModel.Write(
        _folder.File("models"), "scripted", new FakeRun { Tokens = [.. Answer.Split(' ').Select(word => word + " ")], TokenMs = tokenMs });

    private string[] Arguments() => [$"--Inference:Models={_folder.File("models")}", $"--Inference:LlamaServer={TestLlama.StandIn(_folder)}"];

    private ILocator Last() => Page.GetByTestId("message-assistant").Last;

    private async Task Say(string text)
    {
        await Page.GetByTestId("composer").FillAsync(text);
        await Page.GetByTestId("composer").PressAsync("Enter");
    }

    private async Task Holds(string copied)
    {
        var holds = string.Empty;
        try
        {
            await Eventually.Is(async () => (holds = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")) == copied, Soon);
        }
        catch (TimeoutException)
        {
            Assert.That(holds, Is.EqualTo(copied));
        }
    }

    /// <summary>What the page shows, without a reload, is what is stored: a question and one answer.</summary>
    private async Task IsAsStored(string status)
    {
        var stored = await Stored();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored.Select(message => message.GetProperty("role").GetString()), Is.EqualTo(["user", "assistant"]));
            Assert.That(stored[^1].GetProperty("status").GetString(), Is.EqualTo(status));
        }

        await Assertions.Expect(Page.GetByTestId("message-user")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.GetByTestId("message-assistant")).ToHaveCountAsync(1);
        await Assertions.Expect(Last()).ToHaveAttributeAsync("data-status", status);
        await Assertions.Expect(Last()).ToHaveAttributeAsync("data-id", stored[^1].GetProperty("id").GetString()!);
        await Assertions.Expect(Page.GetByTestId("open-answer")).ToHaveCountAsync(0);
        if (stored[^1].GetProperty("text").GetString() is { Length: > 0 } text)
        {
            await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            await Last().GetByTestId("copy-message").ClickAsync();
            await Holds(text);
        }
    }

    /// <summary>By the page's own sign-in.</summary>
    private async Task<JsonElement[]> Stored()
    {
        var messages = await Page.EvaluateAsync<JsonElement>(
            """
            async () => {
              const get = async path => (await fetch(`/api/v1/${path}`)).json();
              const session = (await get("sessions")).items[0];
              return (await get(`sessions/${session.id}/messages`)).items;
            }
            """);
        return [.. messages.EnumerateArray()];
    }
}
