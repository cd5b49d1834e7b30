using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>Every fault does what its name says, and no more.</summary>
[TestFixture]
internal sealed class StandInFaultTests
{
    private const int All = (int)(Intents.Guilds | Intents.GuildMessages | Intents.MessageContent);

    private StandIn _discord = null!;
    private Channel _general = null!;
    private GatewayProbe _gateway = null!;
    private RestProbe _rest = null!;

    private string Messages => $"channels/{_general.Id}/messages";

    [SetUp]
    public async Task Start()
    {
        _discord = await StandIn.Start(new StandInOptions());
        _general = _discord.World.Channel("Lizard community", "general");
        _gateway = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, All);
        _rest = new RestProbe(_discord, DefaultWorld.ServerBotToken);
    }

    [TearDown]
    public async Task Stop()
    {
        _gateway.Dispose();
        _rest.Dispose();
        await _discord.DisposeAsync();
    }

    [Test]
    public async Task Op_7_op_9_and_op_1_come_as_they_are()
    {
        Assert.That(_discord.Faults.AskForHeartbeat(DefaultWorld.ServerBot), Is.EqualTo(1));
        await _gateway.HearOp(1);
        _discord.Faults.Reconnect();
        await _gateway.HearOp(7);
        _discord.Faults.Invalidate(resumable: true);
        Assert.That((bool?)await _gateway.HearOp(9), Is.True);
        await _gateway.Resume(DefaultWorld.ServerBotToken, _gateway.SessionId, _gateway.Sequence);
        await _gateway.Hear("RESUMED");
        _discord.Faults.Invalidate(resumable: false);
        Assert.That((bool?)await _gateway.HearOp(9), Is.False);
        await _gateway.Resume(DefaultWorld.ServerBotToken, _gateway.SessionId, _gateway.Sequence);
        Assert.That((bool?)await _gateway.HearOp(9), Is.False);
    }

    [TestCase(4000, true)]
    [TestCase(4008, true)]
    [TestCase(4009, false)]
    [TestCase(4014, false)]
    public async Task A_close_code_ends_the_connection_and_maybe_the_session(int code, bool resumable)
    {
        _discord.Faults.Close(code);
        Assert.That(await _gateway.Closed(), Is.EqualTo(code));
        using var next = await GatewayProbe.Connect(_discord);
        await next.Resume(DefaultWorld.ServerBotToken, _gateway.SessionId, _gateway.Sequence);
        if (resumable)
            await next.Hear("RESUMED");
        else
            Assert.That((bool?)await next.HearOp(9), Is.False);
    }

    [Test]
    public void A_cut_line_ends_without_a_close_frame()
    {
        _discord.Faults.Cut();
        Assert.That(async () => await _gateway.Closed(), Throws.InstanceOf<System.Net.WebSockets.WebSocketException>());
    }

    [Test]
    public async Task A_half_open_line_says_nothing_and_its_session_goes_on_on_another()
    {
        _discord.Faults.HalfOpen();
        await _gateway.Send(1, 1);
        _discord.Human("anna").Post(_general, "into the void");
        using var next = await GatewayProbe.Connect(_discord);
        await next.Resume(DefaultWorld.ServerBotToken, _gateway.SessionId, _gateway.Sequence);
        Assert.That((string?)(await next.Hear("MESSAGE_CREATE"))["content"], Is.EqualTo("into the void"));
        await next.Hear("RESUMED");

        // Had the old line said anything, it would stand before its end.
        Assert.That(async () => await _gateway.Read(), Throws.InstanceOf<System.Net.WebSockets.WebSocketException>());
    }

    [Test]
    public async Task Withheld_acks_do_not_come_and_dispatches_do()
    {
        _discord.Faults.WithholdAcks();
        await _gateway.Send(1, 1);
        await _gateway.Send(8, new { guild_id = $"{DefaultWorld.Community}", query = "anna", limit = 1 });
        await _gateway.Hear("GUILD_MEMBERS_CHUNK");
        _discord.Faults.WithholdAcks(false);
        await _gateway.Send(1, 1);
        await _gateway.HearOp(11);
    }

    [Test]
    public async Task Dispatches_are_doubled_and_overtaken()
    {
        _discord.Faults.Duplicate();
        Say("a", "b");
        Assert.That(await Heard(3), Is.EqualTo("aab"));
        _discord.Faults.Swap();
        Say("c", "d", "e");
        Assert.That(await Heard(3), Is.EqualTo("dce"));
    }

    [Test]
    public async Task A_refused_connection_can_be_had_again()
    {
        _discord.Faults.RefuseConnections(TimeSpan.FromMinutes(5));
        Assert.That(async () => await GatewayProbe.Connect(_discord), Throws.InstanceOf<System.Net.WebSockets.WebSocketException>());
        _discord.Faults.Clear();
        using var _ = await GatewayProbe.Connect(_discord);
    }

    [Test]
    public async Task A_failed_request_is_not_carried_out_and_its_bucket_not_touched()
    {
        _discord.Faults.Fail(502, times: 2);
        for (var i = 0; i < 2; i++)
            Assert.That((await _rest.Post(Messages, new { content = "hello" })).Status, Is.EqualTo(502));
        Assert.That(_discord.Ledger.Entries, Is.Empty);
        Assert.That((await _rest.Post(Messages, new { content = "hello" })).Header("X-RateLimit-Remaining"), Is.EqualTo("4"));
    }

    [Test]
    public async Task A_request_without_an_answer_is_carried_out_and_its_nonce_finds_it_again()
    {
        _discord.Faults.NeverAnswer(match: new RestMatch { Channel = _general.Id });
        using var patience = new CancellationTokenSource();
        var lost = _rest.Post(Messages, new { content = "once", nonce = "n", enforce_nonce = true }, patience.Token);
        await Eventually.Is(() => _discord.Ledger.Entries.Count == 1);
        Assert.That(lost.IsCompleted, Is.False);
        await patience.CancelAsync();
        Assert.That(async () => await lost, Throws.InstanceOf<OperationCanceledException>());
        await _rest.Post(Messages, new { content = "once", nonce = "n", enforce_nonce = true });
        Assert.That(_discord.Ledger.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_line_cut_after_the_request_leaves_it_carried_out()
    {
        _discord.Faults.CutAfterAccept();
        Assert.That(async () => await _rest.Post(Messages, new { content = "once" }), Throws.InstanceOf<HttpRequestException>());
        Assert.That(_discord.Ledger.Entries, Has.Count.EqualTo(1));
        await _gateway.Hear("MESSAGE_CREATE");
    }

    [Test]
    public async Task Latency_holds_back_both_ways()
    {
        var delay = TimeSpan.FromMilliseconds(60);
        _discord.Faults.RestLatency = _discord.Faults.GatewayLatency = delay;
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await _gateway.Send(1, 1);
        await _gateway.HearOp(11);
        var heartbeat = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        began = System.Diagnostics.Stopwatch.GetTimestamp();
        await _rest.Get("users/@me");
        var request = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        Assert.That(heartbeat, Is.GreaterThanOrEqualTo(1.9 * delay));
        Assert.That(request, Is.GreaterThanOrEqualTo(1.9 * delay));
    }

    private void Say(params string[] texts)
    {
        foreach (var text in texts)
            _discord.Human("anna").Post(_general, text);
    }

    private async Task<string> Heard(int count)
    {
        var heard = "";
        for (var i = 0; i < count; i++)
            heard += (string?)(await _gateway.Hear("MESSAGE_CREATE"))["content"];
        return heard;
    }
}
