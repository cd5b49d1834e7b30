using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>Libraries that nobody here wrote take the stand-in for Discord. The second one reads the gateway through zlib-stream.</summary>
[TestFixture("discordjs")]
[TestFixture("oceanic")]
internal sealed class StandInClientTests(string library)
{
    private StandIn _discord = null!;
    private NodeClient _client = null!;
    private Channel _general = null!;

    private string General => $"{_general.Id}";

    [SetUp]
    public async Task Start()
    {
        _discord = await StandIn.Start(new StandInOptions());
        _general = _discord.World.Channel("Lizard community", "general");
        _client = await NodeClient.Start(library, _discord.BaseAddress, DefaultWorld.ServerBotToken);
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _discord.DisposeAsync();
    }

    [Test]
    public async Task It_logs_in_once_and_sees_guilds_and_channels()
    {
        var guilds = (await _client.Ask("guilds"))!.AsArray();
        Assert.That(guilds.Select(guild => (string?)guild!["name"]), Is.EquivalentTo(["Olga's relay", "Lizard community"]));
        var community = guilds.Single(guild => (string?)guild!["name"] == "Lizard community")!;
        Assert.That(
            community["channels"]!.AsArray().Select(name => (string?)name),
            Is.EquivalentTo(["general", "ask-the-lizard", "staff"]));
        Assert.That(_discord.Counters.Of("identify", DefaultWorld.ServerBot), Is.EqualTo(1));
    }

    [Test]
    public async Task It_sends_edits_and_deletes_and_the_ledger_keeps_it_all()
    {
        var sent = (await _client.Ask("send", new { channel = General, content = "first wording" }))!;
        await _client.Hears("message", one => (string?)one["id"] == (string?)sent["id"]);
        await _client.Ask("edit", new { channel = General, message = (string?)sent["id"], content = "second wording" });
        await _client.Hears("edited", one => (string?)one["content"] == "second wording");
        await _client.Ask("delete", new { channel = General, message = (string?)sent["id"] });
        await _client.Hears("deleted", one => (string?)one["id"] == (string?)sent["id"]);

        var entry = _discord.Ledger.By(DefaultWorld.ServerBot).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.Content, Is.EqualTo("first wording"));
            Assert.That(entry.Edits.Select(edit => edit.Content), Is.EqualTo(["second wording"]));
            Assert.That(entry.DeletedAt, Is.Not.Null);
            Assert.That(entry.Guild, Is.EqualTo("Lizard community"));
        }
    }

    [Test]
    public async Task It_receives_what_people_write()
    {
        _discord.Human(DefaultWorld.Anna).Post(_general, "Is anybody there?");
        var heard = await _client.Hears("message", one => (string?)one["content"] == "Is anybody there?");
        Assert.That((string?)heard!["author"], Is.EqualTo("anna"));
    }

    [Test]
    public async Task It_uploads_a_file_and_downloads_it_again()
    {
        var sent = (await _client.Ask("send", new { channel = General, content = "look", file = new { name = "lizard.txt", text = "scales ✓" } }))!;
        Assert.That((string?)await _client.Ask("download", new { url = (string?)sent["files"]![0] }), Is.EqualTo("scales ✓"));
        Assert.That(_discord.Ledger.In(_general.Id).Single().Files.Single().Name, Is.EqualTo("lizard.txt"));
    }

    [Test]
    public async Task It_paces_itself_by_the_headers_alone_and_never_meets_a_429()
    {
        _discord.Limits.Set("POST /channels/{channel}/messages", 3, TimeSpan.FromSeconds(1));
        var sends = Enumerable.Range(0, 8).Select(i => _client.Ask("send", new { channel = General, content = $"number {i}" }));
        await Task.WhenAll(sends);
        Assert.That(_discord.Ledger.In(_general.Id), Has.Count.EqualTo(8));
        Assert.That(_discord.Counters.Limited, Is.Zero);
    }

    [Test]
    public async Task The_same_nonce_brings_the_same_message()
    {
        var first = (await _client.Ask("send", new { channel = General, content = "once", nonce = "n-1" }))!;
        var second = (await _client.Ask("send", new { channel = General, content = "once", nonce = "n-1" }))!;
        Assert.That((string?)second["id"], Is.EqualTo((string?)first["id"]));
        Assert.That(_discord.Ledger.In(_general.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_command_is_registered_and_answered_for_one_pair_of_eyes()
    {
        Assert.That((int)(await Register())!, Is.EqualTo(2));
        var invoked = _discord.Human(DefaultWorld.Ben).Run(_general, "echo", new Dictionary<string, object> { ["text"] = "hello" });
        var answer = await invoked.Finished(Patience());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer!.Content, Is.EqualTo("hello"));
            Assert.That(answer.IsEphemeral);
            Assert.That(_general.Messages, Is.Empty);
        }
    }

    [Test]
    public async Task A_promised_answer_comes_later_and_another_follows()
    {
        await Register();
        var invoked = _discord.Human(DefaultWorld.Ben).Run(_general, "slow");
        var answer = await invoked.Finished(Patience());
        await Eventually.Is(() => invoked.Followups.Count == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(invoked.CallbackType, Is.EqualTo(5));
            Assert.That(answer!.Content, Is.EqualTo("at last"));
            Assert.That(invoked.Followups[0].Content, Is.EqualTo("and one more"));
            Assert.That(_general.Messages, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task A_pressed_button_changes_its_message()
    {
        var sent = (await _client.Ask("send", new { channel = General, content = "press", button = "go" }))!;
        var message = _general.Messages[ulong.Parse((string)sent["id"]!, System.Globalization.CultureInfo.InvariantCulture)];
        await _discord.Human(DefaultWorld.Anna).Press(message, "go").Finished(Patience());
        Assert.That(message.Content, Is.EqualTo("pressed"));
    }

    [Test]
    public async Task Op_7_is_survived_by_a_resume_that_loses_nothing() => await Survives(() => _discord.Faults.Reconnect());

    [Test]
    public async Task A_cut_line_is_survived_by_a_resume_that_loses_nothing() => await Survives(() => _discord.Faults.Cut());

    [Test]
    public async Task A_channel_that_it_makes_is_there()
    {
        var id = (string?)await _client.Ask("create", new { guild = $"{DefaultWorld.RelayGuild}", name = "Relay 1" });
        Assert.That($"{_discord.World.Channel("Olga's relay", "relay-1").Id}", Is.EqualTo(id));
    }

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private Task<JsonNode?> Register() => _client.Ask("register", new { guild = $"{DefaultWorld.Community}" });

    private async Task Survives(Func<int> fault)
    {
        Assert.That(fault(), Is.EqualTo(1));
        var anna = _discord.Human(DefaultWorld.Anna);
        for (var i = 0; i < 5; i++)
            anna.Post(_general, $"meanwhile {i}");
        await Eventually.Is(() => _discord.Counters.Of("resume", DefaultWorld.ServerBot) == 1, within: TimeSpan.FromSeconds(20));
        anna.Post(_general, "afterwards");
        await _client.Hears("message", one => (string?)one["content"] == "afterwards");
        using (Assert.EnterMultipleScope())
        {
            for (var i = 0; i < 5; i++)
            {
                // oceanic.js may show one twice that came in while it was hanging up; what counts is that none is missing.
                Assert.That(_client.Count("message", one => (string?)one["content"] == $"meanwhile {i}"), Is.InRange(1, 2));
            }

            Assert.That(_discord.Counters.Of("identify", DefaultWorld.ServerBot), Is.EqualTo(1));
            Assert.That(_discord.Counters.Of("resume-elsewhere", DefaultWorld.ServerBot), Is.Zero);
        }
    }
}
