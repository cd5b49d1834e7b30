using System.Net.WebSockets;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Presentation.Api.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Relay;

[TestFixture]
internal sealed class SocketTests
{
    private ApiHost _host = null!;
    private ApiClient _me = null!;
    private string _session = null!;
    private Socket _socket = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await ApiHost.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task Open()
    {
        _host.Engine.Hold();
        _me = await _host.Member("me");
        _session = await _me.OpenSession();
        _socket = await Socket.Open(_host, _me);
        Assert.That((await _socket.Next("hello")).GetProperty("open_requests").GetArrayLength(), Is.Zero);
    }

    [TearDown]
    public void Close()
    {
        _host.Engine.Release();
        _socket.Dispose();
        _me.Dispose();
    }

    [Test]
    public async Task A_user_holds_so_many_sockets_and_a_closed_one_makes_room()
    {
        var more = new List<Socket>();
        try
        {
            // One is open already.
            while (more.Count < SocketPlaces.PerUser - 1)
            {
                more.Add(await Socket.Open(_host, _me));
            }

            Assert.That(async () => await Socket.Open(_host, _me), Throws.InstanceOf<WebSocketException>().With.Message.Contains("429"));
            var refused = await _me.Get(
                "/api/v1/ws",
                ("Connection", "Upgrade"),
                ("Upgrade", "websocket"),
                ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
            Assert.That((refused.Status, refused.Code, refused.Header("Retry-After")), Is.EqualTo((429, "too_many_sockets", "1")));
            more[0].Dispose();
            await Eventually.Is(async () =>
            {
                try
                {
                    more[0] = await Socket.Open(_host, _me);
                    return true;
                }
                catch (WebSocketException)
                {
                    return false;
                }
            });
        }
        finally
        {
            more.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task What_is_sent_is_acknowledged_and_its_events_follow()
    {
        await _socket.Send(new { type = "send", id = "1", session_id = _session, content = "hello there" });
        var ack = await _socket.Next("ack");
        Assert.That(ack.GetProperty("id").GetString(), Is.EqualTo("1"));
        Assert.That(ack.GetProperty("message").GetProperty("text").GetString(), Is.EqualTo("hello there"));
        var events = await _socket.ToEnd();
        Assert.That(events.Select(each => each.GetProperty("event_id").GetInt32()), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That(events.Select(each => each.GetProperty("request_id").GetString()).Distinct().Single(),
            Is.EqualTo(ack.GetProperty("request").GetProperty("id").GetString()));
        Assert.That(events[^1].GetProperty("session_id").GetString(), Is.EqualTo(_session));

        var overHttp = await _me.Events(ack.GetProperty("request").GetProperty("events_url").GetString()!);
        Assert.That(
            events.Select(each => each.GetProperty("data").GetRawText()), Is.EqualTo(overHttp.Select(each => each.Data.GetRawText())));
    }

    [Test]
    public async Task A_cut_socket_is_resumed_where_it_was()
    {
        await _socket.Send(new { type = "send", id = "1", session_id = _session, content = "hold on now" });
        var request = (await _socket.Next("ack")).GetProperty("request").GetProperty("id").GetString()!;
        while ((await _socket.Next("event")).GetProperty("event_id").GetInt32() < 3)
        {
        }

        _socket.Dispose();
        _socket = await Socket.Open(_host, _me);
        var open = (await _socket.Next("hello")).GetProperty("open_requests");
        Assert.That(open[0].GetProperty("id").GetString(), Is.EqualTo(request));
        Assert.That(open[0].GetProperty("session_id").GetString(), Is.EqualTo(_session));
        await _socket.Send(new { type = "resume", id = "2", requests = new Dictionary<string, int> { [request] = 3 } });
        _host.Engine.Release();
        var rest = await _socket.ToEnd();
        Assert.That(rest[0].GetProperty("event_id").GetInt32(), Is.EqualTo(4));
        Assert.That(rest[^1].GetProperty("data").GetProperty("message").GetProperty("text").GetString(), Is.EqualTo("hold on now"));
    }

    [Test]
    public async Task Cancel_stops_and_ping_is_answered()
    {
        await _socket.Send(new { type = "send", id = "1", session_id = _session, content = "hold on" });
        var request = (await _socket.Next("ack")).GetProperty("request").GetProperty("id").GetString()!;
        await _socket.Send(new { type = "ping", id = "2" });
        Assert.That((await _socket.Next("ack")).GetProperty("id").GetString(), Is.EqualTo("2"));
        await _socket.Send(new { type = "cancel", id = "3", request_id = request });
        Assert.That((await _socket.ToEnd())[^1].GetProperty("event").GetString(), Is.EqualTo("cancelled"));
    }

    [TestCase("""{"type":"send","id":"1"}""", "field_missing", "session_id")]
    [TestCase("""{"type":"dance","id":"1"}""", "invalid_value", "type")]
    [TestCase("""{"type":"ping"}""", "field_missing", "id")]
    [TestCase("""{"type":"ping","id":"1","token":"x"}""", "unknown_field", "token")]
    [TestCase("""{"type":"cancel","id":"1","request_id":"01900000-0000-7000-8000-000000000000"}""", "not_found", null)]
    [TestCase("""nonsense""", "invalid_json", null)]
    [TestCase("""{"type":"resume","id":"1","requests":{"01900000-0000-7000-8000-000000000000":0}}""", "not_found",
        "requests.01900000-0000-7000-8000-000000000000")]
    public async Task What_is_wrong_is_told_and_the_socket_stays(string message, string code, string? field)
    {
        await _socket.SendRaw(message);
        var error = await _socket.Next("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo(code));
        if (field is not null)
        {
            Assert.That(error.GetProperty("errors").EnumerateObject().Single().Name, Is.EqualTo(field));
        }

        await _socket.Send(new { type = "ping", id = "still here" });
        Assert.That((await _socket.Next("ack")).GetProperty("id").GetString(), Is.EqualTo("still here"));
    }

    [TestCase("""{"type":"send","id":"1","session_id":"SESSION","content":"Let me in."}""")]
    [TestCase("""{"type":"cancel","id":"1","request_id":"REQUEST"}""")]
    [TestCase("""{"type":"resume","id":"1","requests":{"REQUEST":0}}""")]
    public async Task What_is_somebody_elses_and_what_is_not_there_are_answered_alike(string message)
    {
        using var other = await _host.Member("other");
        var session = await other.OpenSession();
        var request = (await other.Post($"/api/v1/sessions/{session}/messages", new { content = "hold on" })).Json
            .GetProperty("request").GetProperty("id").GetString()!;
        var theirs = await Told(session, request);
        Assert.That(theirs, Does.Contain("\"code\":\"not_found\""));
        Assert.That(theirs, Is.EqualTo(await Told($"{Guid.CreateVersion7()}", $"{Guid.CreateVersion7()}")));

        // Nothing was said there, nothing was stopped, and none of its events come here.
        await _socket.Send(new { type = "ping", id = "2" });
        Assert.That((await _socket.Next())?.GetProperty("type").GetString(), Is.EqualTo("ack"));
        Assert.That((await other.Get($"/api/v1/sessions/{session}")).Json.GetProperty("open_request_id").GetString(), Is.EqualTo(request));
        Assert.That((await other.Get($"/api/v1/sessions/{session}/messages")).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));

        async Task<string> Told(string session, string request)
        {
            await _socket.SendRaw(message.Replace("SESSION", session, StringComparison.Ordinal).Replace("REQUEST", request, StringComparison.Ordinal));
            return (await _socket.Next())?.GetRawText().Replace(session, "", StringComparison.Ordinal).Replace(request, "", StringComparison.Ordinal) ?? "";
        }
    }

    [TestCase("""{"type":"dance","id":"1"}""", "1")]
    [TestCase("""{"id":"1","type":"ping","requests":{"id":"2"},"token":"x"}""", "1")]
    [TestCase("""{"session":{"id":"2"},"list":["id"],"type":"ping","\u0069d":"1"}""", "1")]
    [TestCase("""{"id":"1","type":""", "1")]
    [TestCase("""{"type":"ping","id":1}""", null)]
    [TestCase("""{"type":"ping","id":"\ud83e"}""", null)]
    [TestCase("""{"type":"ping","token":{"id":"1"}}""", null)]
    [TestCase("""["id","1"]""", null)]
    [TestCase("null", null)]
    [TestCase("", null)]
    public async Task What_cannot_be_taken_is_answered_with_its_id_where_that_can_be_read(string message, string? id)
    {
        await _socket.SendRaw(message);
        Assert.That((await _socket.Next("error")).GetProperty("id").GetString(), Is.EqualTo(id));
    }

    [Test]
    public async Task An_event_that_never_was_is_refused()
    {
        var request = (await _me.Say(_session, "hello")).Json.GetProperty("request").GetProperty("id").GetString()!;
        await _socket.Send(new { type = "resume", id = "1", requests = new Dictionary<string, int> { [request] = 99 } });
        Assert.That((await _socket.Next("error")).GetProperty("code").GetString(), Is.EqualTo("unknown_event_id"));
    }

    [Test]
    public async Task The_same_message_twice_is_one_and_an_open_turn_is_named()
    {
        var message = new { type = "send", id = "1", session_id = _session, content = "hold on", client_message_id = "m" };
        await _socket.Send(message);
        var first = await _socket.Next("ack");
        await _socket.Send(message);
        Assert.That(
            (await _socket.Next("ack")).GetProperty("request").GetRawText(),
            Does.Contain(first.GetProperty("request").GetProperty("id").GetString()!));
        await _socket.Send(new { type = "send", id = "2", session_id = _session, content = "and?" });
        var error = await _socket.Next("error");
        Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("turn_open"));
        Assert.That(
            error.GetProperty("request").GetProperty("id").GetString(),
            Is.EqualTo(first.GetProperty("request").GetProperty("id").GetString()));
    }

    [Test]
    public async Task A_revoked_key_loses_its_socket_at_its_next_word()
    {
        await _me.Delete($"/api/v1/keys/{_me.KeyId}");
        await _socket.Send(new { type = "ping", id = "1" });
        Assert.That(await _socket.Next(), Is.Null);
        Assert.That((int)_socket.Closed!, Is.EqualTo(4001));
    }

    [Test]
    public async Task A_revoked_key_that_only_listens_hears_no_more()
    {
        await _socket.Send(new { type = "send", id = "1", session_id = _session, content = "hold on" });
        var listening = _me.Events((await _socket.Next("ack")).GetProperty("request").GetProperty("events_url").GetString()!);
        await _me.Delete($"/api/v1/keys/{_me.KeyId}");
        while (await _socket.Next() is not null)
        {
        }

        Assert.That((int)_socket.Closed!, Is.EqualTo(4001));
        Assert.That((await listening).Select(each => each.Event), Has.None.EqualTo("completed"));
    }

    [Test]
    public async Task A_server_that_stops_says_so()
    {
        Socket socket;
        await using (var host = await ApiHost.Start())
        {
            using var me = await host.Member("me");
            socket = await Socket.Open(host, me);
            _ = await socket.Next("hello");
        }

        using (socket)
        {
            Assert.That(await socket.Next(), Is.Null);
            Assert.That(socket.Closed, Is.EqualTo(WebSocketCloseStatus.EndpointUnavailable));
        }
    }

    [Test]
    public async Task A_message_that_never_ends_is_given_up_30_seconds_after_its_first_fragment()
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([], services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        using var me = await host.Member("me");
        using var socket = await Socket.Open(host, me);
        _ = await socket.Next("hello");
        await socket.SendPart("""{"type":"ping",""");
        await clock.SomebodyWaits(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(29));
        await socket.SendRaw(""" "id":"in time"}""");
        Assert.That((await socket.Next("ack")).GetProperty("id").GetString(), Is.EqualTo("in time"));

        await socket.SendPart("{");
        await clock.SomebodyWaits(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(29));
        await socket.SendPart(" ");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await socket.Next(), Is.Null);
        Assert.That(socket.Closed, Is.EqualTo(WebSocketCloseStatus.PolicyViolation));
        Assert.That(socket.Why, Does.Contain("30 seconds"));
    }

    [Test]
    public async Task A_reader_too_far_behind_is_closed_with_4008()
    {
        var (ours, theirs) = Pair();
        using var outbox = new SocketOutbox(ours, TimeProvider.System, capacity: 1000);
        var running = outbox.Run(() => ((int)WebSocketCloseStatus.NormalClosure, ""));
        for (var i = 0; i < 2000 && !outbox.Overflow.IsCancellationRequested; i++)
        {
            outbox.Post(new byte[100]);
        }

        Assert.That(outbox.Overflow.IsCancellationRequested, Is.True);
        outbox.Complete();
        var buffer = new byte[4096];
        WebSocketReceiveResult received;
        do
        {
            received = await theirs.ReceiveAsync(buffer, CancellationToken.None);
        }
        while (received.MessageType != WebSocketMessageType.Close);

        await running;
        Assert.That((int)theirs.CloseStatus!, Is.EqualTo(SocketOutbox.TooFarBehind));
    }

    [Test]
    public async Task What_lies_in_the_table_waits_there_for_a_slow_reader()
    {
        const int frames = 2000;
        var (ours, theirs) = Pair();
        using var outbox = new SocketOutbox(ours, TimeProvider.System, capacity: 1000);
        var running = outbox.Run(() => ((int)WebSocketCloseStatus.NormalClosure, ""));
        var posting = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < frames / 2; i++)
            {
                await outbox.Room(outbox.Overflow);
                outbox.Post(new byte[100]);
            }
        })));
        var buffer = new byte[100];
        for (var i = 0; i < frames; i++)
        {
            var received = await theirs.ReceiveAsync(buffer, CancellationToken.None);
            Assert.That((received.MessageType, received.Count), Is.EqualTo((WebSocketMessageType.Text, 100)));
        }

        await posting;
        outbox.Complete();
        Assert.That((await theirs.ReceiveAsync(buffer, CancellationToken.None)).MessageType, Is.EqualTo(WebSocketMessageType.Close));
        await running;
        Assert.That(theirs.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
    }

    /// <summary>Two ends over a pipe that takes only a little before it blocks.</summary>
    private static (WebSocket Ours, WebSocket Theirs) Pair()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var client = new System.Net.Sockets.TcpClient { ReceiveBufferSize = 1024 };
        client.Connect((System.Net.IPEndPoint)listener.LocalEndpoint);
        var server = listener.AcceptTcpClient();
        server.SendBufferSize = 1024;
        listener.Stop();
        return (
            WebSocket.CreateFromStream(server.GetStream(), new WebSocketCreationOptions { IsServer = true }),
            WebSocket.CreateFromStream(client.GetStream(), new WebSocketCreationOptions()));
    }
}
