using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;
using Microsoft.Playwright;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>API, server bot and client bot as three processes, on PostgreSQL and Redis; between the bots there is Discord and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ThreeProcessesTests
{
    private const string Name = "anna-mac";
    private const int Canaries = 1000;

    private static readonly TimeSpan CompleteWithin = TimeSpan.FromSeconds(25);

    private TestFolder _folder = null!;
    private TestRedis _redis = null!;
    private StandIn _discord = null!;
    private string[] _storage = null!;
    private ProductProcess? _started;

    private ProductProcess Api => _started!;

    [SetUp]
    public async Task Lay()
    {
        _started = null;
        _folder = new();
        _redis = await TestRedis.Start();
        _discord = await StandIn.Start(new StandInOptions());
        _storage =
        [
            "--Storage:Provider=Postgres",
            $"--Storage:ConnectionString={await (await TestPostgres.Server()).CreateDatabase(migrated: false)}",
            $"--Redis:ConnectionString={_redis.ConnectionString}",
        ];
    }

    [TearDown]
    public async Task Stop()
    {
        if (_started is not null)
        {
            TestContext.Out.WriteLine(_started.Output);
            await _started.DisposeAsync();
        }

        await _discord.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_message_is_answered_by_a_llama_server_behind_the_client_bot_and_nobody_between_can_read_it()
    {
        await Start();
        await using var server = BotProcess.Server(_discord, [$"--DataFolder={_folder.File("data")}", .. _storage]);
        await using var worker = StartWorker();
        await Online(server, worker);

        var words = Words();
        await using var browser = await Chromium.Start();
        await SignIn(browser.Page);
        await Type(browser.Page, $"Do you know these words? {string.Join(' ', words[..20])}");
        var reply = await LastReply();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.GetProperty("text").GetString(), Is.Not.Empty);
            Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("complete"));
            Assert.That(reply.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo(Name));
            Assert.That((await Ask($"And these? {string.Join(' ', words)}")).GetProperty("status").GetString(), Is.EqualTo("complete"));
            Assert.That(Squeezed(await Answer(browser.Page).Last.InnerTextAsync()), Does.Contain(string.Concat(Squeezed(reply.GetProperty("text").GetString()!).Take(20))));
        }

        var posted = _discord.Ledger.Entries;
        Assert.That(posted.Select(entry => entry.GuildId), Is.All.EqualTo(DefaultWorld.RelayGuild), "no frame in the community");
        Assert.That(_discord.Counters.Limited, Is.Zero);
        var said = new StringBuilder(server.Output).Append(worker.Output).Append(Api.Output);
        foreach (var entry in posted)
        {
            said.Append(entry.Content);
            foreach (var file in entry.Files)
            {
                said.Append(Encoding.Latin1.GetString(file.Bytes.Span));
            }
        }

        var text = said.ToString();
        Assert.That(words.Where(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        Assert.That(text, Does.Not.Contain(DefaultWorld.ServerBotToken).And.Not.Contain(DefaultWorld.ClientBotToken));
    }

    [Test]
    public async Task A_server_bot_that_is_killed_and_left_dead_costs_an_honest_end_and_one_that_comes_back_goes_on()
    {
        await Start();
        var server = BotProcess.Server(_discord, [$"--DataFolder={_folder.File("data")}", .. _storage]);
        await using var worker = StartWorker();
        await Online(server, worker);
        await server.Sigkill();
        await server.DisposeAsync();

        var left = await Ask("Is anybody there?");
        Assert.That(left.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(left.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("no_worker"));

        await using var again = BotProcess.Server(_discord, [$"--DataFolder={_folder.File("data")}", .. _storage]);
        await Online(again, worker);
        var reply = await Ask("And now?");
        Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("complete"), reply.ToString());
    }

    [Test]
    public async Task A_server_bot_that_dies_for_good_in_the_middle_of_an_answer_leaves_what_was_said_and_an_end_within_the_deadline()
    {
        await Start($"--Relay:CompleteWithin={CompleteWithin:c}");

        // A real model would keep the processors busy until the deadline.
        var model = FakeModel.Write(_folder.File("models"), "endless", new FakeRun { Endless = true, TokenMs = 20 });
        var server = BotProcess.Server(_discord, [$"--DataFolder={_folder.File("data")}", .. _storage]);
        await using var worker = StartWorker("--model", model, $"--Inference:LlamaServer={TestLlama.StandIn(_folder)}");
        await Online(server, worker);

        var session = await OpenSession();
        using var response = await Post(session, "Go on.");
        await using var stream = await response.Content.ReadAsStreamAsync();
        var (read, ends) = (new StringBuilder(), new List<string>());
        var asked = Stopwatch.GetTimestamp();
        var isDead = false;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            using var data = JsonDocument.Parse(item.Data);
            if (item.EventType == "delta")
            {
                read.Append(data.RootElement.GetProperty("text").GetString());
            }
            else if (item.EventType is "completed" or "failed" or "cancelled")
            {
                ends.Add(item.EventType);
            }

            if (!isDead && read.Length > 100)
            {
                isDead = true;
                await server.Sigkill();
                await server.DisposeAsync();
            }
        }

        Assert.That(Stopwatch.GetElapsedTime(asked), Is.LessThan(CompleteWithin + TimeSpan.FromSeconds(10)));
        Assert.That(ends, Is.EqualTo(new[] { "failed" }));
        var reply = await Reply(session);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.GetProperty("text").GetString(), Is.EqualTo(read.ToString()));
            Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("failed"));
            Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("completion_late"));
            Assert.That(reply.GetProperty("error").GetProperty("message").GetString(), Is.Not.Empty);
        }
    }

    /// <summary>The API host, with a worker enrolled.</summary>
    private async Task Start(params string[] also)
    {
        _started = await ProductProcess.StartBuilt(_folder.File("data"), ["--Relay:LocalWorker=false", .. also, .. _storage]);
        await Api.SignUp();
        using var invited = await Api.Http.PostAsJsonAsync("api/v1/admin/workers", new { name = Name });
        var code = (await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
        await WorkerProcess.Enrol(Api.Address, code, _folder.File("worker"));
        using var set = await Api.Http.PutAsJsonAsync($"api/v1/admin/workers/{Name}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
        set.EnsureSuccessStatusCode();
    }

    private static string[] Words()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Canaries).Select(_ => string.Concat(Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26)))))];
    }

    private BotProcess StartWorker() => StartWorker(
        "--model", TestModel.Write(_folder.File("wide.gguf"), new() { Name = "wide", ContextSize = 16_384 }), $"--Inference:LlamaServer={TestLlama.Binary}",
        "--Inference:ContextSize=16384");

    private BotProcess StartWorker(params string[] arguments) => BotProcess.Worker(_discord, _folder.File("worker"), arguments);

    private Task Online(BotProcess server, BotProcess worker) => Eventually.Is(
        async () =>
        {
            Assert.That(server.HasExited, Is.False, server.Output);
            Assert.That(worker.HasExited, Is.False, worker.Output);
            var models = await Api.Http.GetFromJsonAsync<JsonElement>("api/v1/models");
            return models.GetProperty("items").GetArrayLength() > 0;
        },
        within: TimeSpan.FromMinutes(1));

    private async Task SignIn(IPage page)
    {
        await page.GotoAsync(Api.Address.ToString());
        await page.GetByTestId("email").FillAsync("owner@example.org");
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("sign-in-submit").ClickAsync();
        await Assertions.Expect(page.GetByTestId("composer")).ToBeVisibleAsync(new() { Timeout = 15_000 });
    }

    /// <summary>Types it as a person does, and sees the answer begin while it is not whole, and then the whole.</summary>
    private static async Task Type(IPage page, string text)
    {
        // In the page itself: an answer may be unfinished for less time than it takes to ask from here.
        await page.EvaluateAsync(
            """
            () => {
              window.lengths = new Set();
              new MutationObserver(() => {
                const length = document.querySelector("[data-testid=open-answer] .answer")?.textContent.length;
                if (length) window.lengths.add(length);
              }).observe(document.body, { subtree: true, childList: true, characterData: true });
            }
            """);
        await page.GetByTestId("composer").FillAsync(text);
        await page.GetByTestId("composer").PressAsync("Enter");
        await Assertions.Expect(Answer(page)).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        Assert.That(await page.EvaluateAsync<int>("() => window.lengths.size"), Is.GreaterThan(0), "the page shows the answer before it is whole");
    }

    private static ILocator Answer(IPage page) => page.GetByTestId("message-assistant");

    /// <summary>Without what Markdown and the browser make of spaces and signs.</summary>
    private static string Squeezed(string text) => string.Concat(text.Where(char.IsLetter));

    private async Task<JsonElement> LastReply()
    {
        var sessions = await Api.Http.GetFromJsonAsync<JsonElement>("api/v1/sessions");
        return await Reply(sessions.GetProperty("items")[0].GetProperty("id").GetString()!);
    }

    private async Task<JsonElement> Reply(string session)
    {
        var messages = await Api.Http.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{session}/messages");
        return messages.GetProperty("items").EnumerateArray().Last(message => message.GetProperty("role").GetString() == "assistant").Clone();
    }

    private async Task<JsonElement> Ask(string content)
    {
        var session = await OpenSession();
        using var answer = await Post(session, content);
        _ = await answer.Content.ReadAsStringAsync();
        return await Reply(session);
    }

    private async Task<string> OpenSession()
    {
        using var opened = await Api.Http.PostAsJsonAsync("api/v1/sessions", new { title = "Over there" });
        return (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>The answer's stream, not read yet.</summary>
    private async Task<HttpResponseMessage> Post(string session, string content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content }) };
        request.Headers.Accept.Add(new("text/event-stream"));
        return await Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
