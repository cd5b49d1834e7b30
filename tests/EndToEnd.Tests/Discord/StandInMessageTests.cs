using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>What the stand-in takes and refuses, by Discord's own codes.</summary>
[TestFixture]
internal sealed class StandInMessageTests
{
    private StoppedClock _clock = null!;
    private StandIn _discord = null!;
    private RestProbe _bot = null!;
    private Channel _general = null!;

    private string Messages => $"channels/{_general.Id}/messages";

    [SetUp]
    public async Task Start()
    {
        _clock = new StoppedClock();
        _discord = await StandIn.Start(new StandInOptions { Time = _clock });
        _discord.Limits.Set("POST /channels/{channel}/messages", 1_000, TimeSpan.FromSeconds(1));
        _discord.Limits.Set("GET /channels/{channel}/messages", 1_000, TimeSpan.FromSeconds(1));
        _discord.Limits.Global = _discord.Limits.Otherwise = new(1_000, TimeSpan.FromSeconds(1));
        _bot = new RestProbe(_discord, DefaultWorld.ServerBotToken);
        _general = _discord.World.Channel("Lizard community", "general");
    }

    [TearDown]
    public async Task Stop()
    {
        _bot.Dispose();
        await _discord.DisposeAsync();
    }

    [Test]
    public async Task Two_thousand_characters_are_taken_and_one_more_is_not()
    {
        Assert.That((await Post(new { content = new string('x', 2000) })).Status, Is.EqualTo(200));
        var refused = await Post(new { content = new string('x', 2001) });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((400, 50035)));
        Assert.That((string?)refused.Json!["errors"]!["content"]!["_errors"]![0]!["code"], Is.EqualTo("BASE_TYPE_MAX_LENGTH"));
    }

    [TestCase("")]
    [TestCase("  \n ")]
    public async Task An_empty_message_is_refused(string content)
    {
        var refused = await Post(new { content });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((400, 50006)));
    }

    [Test]
    public async Task A_nonce_is_enforced_for_its_author_and_for_minutes_only()
    {
        var first = await Post(new { content = "one", nonce = "abc", enforce_nonce = true });
        var again = await Post(new { content = "two", nonce = "abc", enforce_nonce = true });
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That((string?)again.Json!["content"], Is.EqualTo("one"));

        var loose = await Post(new { content = "three", nonce = "abc" });
        Assert.That(loose.Id, Is.Not.EqualTo(first.Id));
        _clock.Advance(TimeSpan.FromMinutes(5));
        var later = await Post(new { content = "four", nonce = "abc", enforce_nonce = true });
        Assert.That((string?)later.Json!["content"], Is.EqualTo("four"));
        Assert.That(_discord.Ledger.In(_general.Id), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_nonce_has_at_most_25_characters()
    {
        Assert.That((await Post(new { content = "one", nonce = new string('n', 25) })).Status, Is.EqualTo(200));
        Assert.That((await Post(new { content = "two", nonce = new string('n', 26) })).Code, Is.EqualTo(50035));
    }

    [Test]
    public async Task A_file_comes_back_byte_by_byte_and_one_byte_over_ten_mebibytes_is_refused()
    {
        var bytes = new byte[10 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var sent = await _bot.Upload(Messages, "", ("ten.bin", bytes));
        Assert.That(sent.Status, Is.EqualTo(200), sent.Text);
        using var http = new HttpClient();
        Assert.That(await http.GetByteArrayAsync((string)sent.Json!["attachments"]![0]!["url"]!), Is.EqualTo(bytes));

        var refused = await _bot.Upload(Messages, "", ("more.bin", new byte[bytes.Length + 1]));
        Assert.That((refused.Status, refused.Code), Is.EqualTo((413, 40005)));
    }

    [Test]
    public async Task Lists_are_newest_first_and_go_before_after_and_around()
    {
        var ids = Enumerable.Range(0, 5).Select(i => $"{_discord.Human("anna").Post(_general, $"{i}").Id}").ToArray();
        async Task<string> List(string query)
        {
            var list = (await _bot.Get($"{Messages}?{query}")).Json!.AsArray();
            return string.Concat(list.Select(one => Array.IndexOf(ids, (string?)one!["id"])));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await List(""), Is.EqualTo("43210"));
            Assert.That(await List("limit=2"), Is.EqualTo("43"));
            Assert.That(await List($"after={ids[1]}&limit=2"), Is.EqualTo("32"));
            Assert.That(await List($"before={ids[3]}&limit=2"), Is.EqualTo("21"));
            Assert.That(await List($"around={ids[2]}&limit=3"), Is.EqualTo("321"));
            Assert.That((await _bot.Get($"{Messages}?limit=101")).Code, Is.EqualTo(50035));
        }
    }

    [Test]
    public async Task What_is_not_there_or_not_allowed_has_its_code()
    {
        var staff = _discord.World.Channel("Lizard community", "staff").Id;
        var theirs = _discord.Human("anna").Post(_general, "mine").Id;
        using var nobody = new RestProbe(_discord, "wrong");
        using var stranger = new RestProbe(_discord, DefaultWorld.ClientBotToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(await nobody.Get("users/@me")), Is.EqualTo((401, 0)));
            Assert.That(Of(await _bot.Get("channels/1")), Is.EqualTo((404, 10003)));
            Assert.That(Of(await _bot.Get("channels/x")), Is.EqualTo((400, 50035)));
            Assert.That(Of(await _bot.Get("guilds/1")), Is.EqualTo((404, 10004)));
            Assert.That(Of(await _bot.Get($"{Messages}/1")), Is.EqualTo((404, 10008)));
            Assert.That(Of(await _bot.Get($"channels/{staff}")), Is.EqualTo((403, 50001)));
            Assert.That(Of(await stranger.Get($"channels/{_general.Id}")), Is.EqualTo((403, 50001)));
            Assert.That(Of(await _bot.Patch($"{Messages}/{theirs}", new { content = "yours" })), Is.EqualTo((403, 50005)));
        }
    }

    [Test]
    public async Task A_permission_that_is_taken_away_is_missed_at_once()
    {
        var bot = _discord.World.User("MeatLizard");
        _discord.Rooms.TakeAway(_general, bot, Permissions.SendMessages);
        Assert.That(Of(await Post(new { content = "hello" })), Is.EqualTo((403, 50013)));
        _discord.Rooms.GiveBack(_general, bot, Permissions.SendMessages);
        Assert.That((await Post(new { content = "hello" })).Status, Is.EqualTo(200));
        _discord.Rooms.DeleteChannel(_general);
        Assert.That(Of(await Post(new { content = "hello" })), Is.EqualTo((404, 10003)));
    }

    [Test]
    public async Task A_bot_gives_only_what_it_has_and_reaches_only_lower_roles()
    {
        var overwrite = $"channels/{_general.Id}/permissions/{DefaultWorld.Community}";
        var everyone = new { type = 0, allow = "0", deny = $"{(ulong)Permissions.SendMessages}" };
        var tooMuch = new { type = 0, allow = $"{(ulong)Permissions.Administrator}", deny = "0" };
        var administrators = _discord.World.Guild("Lizard community").Roles.Values.Single(role => role.Name == "Administrators");
        var low = await _bot.Post($"guilds/{DefaultWorld.Community}/roles", new { name = "low", permissions = "0" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await _bot.Put(overwrite, everyone)).Status, Is.EqualTo(204));
            Assert.That(Of(await _bot.Put(overwrite, tooMuch)), Is.EqualTo((403, 50013)));
            Assert.That(() => _discord.Human("anna").Post(_general, "hello"), Throws.InvalidOperationException);
            Assert.That(Of(await _bot.Post($"guilds/{DefaultWorld.Community}/roles", new { name = "high", permissions = "8" })), Is.EqualTo((403, 50013)));
            Assert.That((await _bot.Delete($"guilds/{DefaultWorld.Community}/roles/{low.Id}")).Status, Is.EqualTo(204));
        }

        _discord.Rooms.ChangeRole(_discord.World.Guild("Lizard community"), administrators, role => role.Position = 50);
        Assert.That(
            Of(await _bot.Put($"guilds/{DefaultWorld.Community}/members/{_discord.World.User("anna").Id}/roles/{administrators.Id}", new { })),
            Is.EqualTo((403, 50013)));
    }

    [Test]
    public async Task Administrators_see_every_channel_of_their_guild()
    {
        var staff = _discord.World.Channel("Lizard community", "staff");
        Assert.That(staff.Lets(_discord.World.User("adam").Id, Permissions.ViewChannel));
        Assert.That(staff.Lets(_discord.World.User("anna").Id, Permissions.ViewChannel), Is.False);

        var role = _discord.Rooms.CreateRole(_discord.World.Guild("Lizard community"), "new", Permissions.Administrator);
        _discord.Rooms.GiveRole(_discord.World.Guild("Lizard community"), _discord.World.User("MeatLizard"), role, give: true);
        Assert.That((await _bot.Get($"channels/{staff.Id}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_interaction_is_answered_once_and_in_time()
    {
        var path = $"applications/{DefaultWorld.ServerBot}/guilds/{DefaultWorld.Community}/commands";
        Assert.That((await _bot.Post(path, new { name = "status", description = "How it is." })).Status, Is.EqualTo(201));
        Assert.That((await _bot.Post(path, new { name = "Status!", description = "How it is." })).Code, Is.EqualTo(50035));
        using var gateway = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, (int)Intents.Guilds);
        var anna = _discord.Human("anna");

        var invoked = anna.Run(_general, "status");
        var asked = await gateway.Hear("INTERACTION_CREATE");
        var callback = $"interactions/{asked["id"]}/{asked["token"]}/callback";
        var answer = new { type = 4, data = new { content = "Fine.", flags = 64 } };
        Assert.That((await _bot.Post(callback, answer)).Status, Is.EqualTo(204));
        Assert.That((await _bot.Post(callback, answer)).Code, Is.EqualTo(40060));
        Assert.That((await invoked.Finished(default))!.IsEphemeral);
        var edited = await _bot.Patch($"webhooks/{DefaultWorld.ServerBot}/{asked["token"]}/messages/@original", new { content = "Better." });
        Assert.That((edited.Status, invoked.Answer!.Content), Is.EqualTo((200, "Better.")));

        var late = anna.Run(_general, "status");
        asked = await gateway.Hear("INTERACTION_CREATE");
        _clock.Advance(TimeSpan.FromSeconds(3.1));
        Assert.That(Of(await _bot.Post($"interactions/{asked["id"]}/{asked["token"]}/callback", answer)), Is.EqualTo((404, 10062)));
        Assert.That(async () => await late.Finished(default), Throws.TypeOf<TimeoutException>());
    }

    private static (int Status, int? Code) Of(RestReply reply) => (reply.Status, reply.Code);

    private Task<RestReply> Post(object body) => _bot.Post(Messages, body);
}
