using System.Net;
using System.Net.Sockets;
using System.Text;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>Over real connections to a listener that says what it is told to. What llama-server itself says is read in RealLlamaTests.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(30_000)]
internal sealed class LlamaLineTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\n";
    private const string Chunked = Ok + "Transfer-Encoding: chunked\r\n\r\n";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly LlamaLine _line;

    public LlamaLineTests()
    {
        _listener.Start();
        _line = new(((IPEndPoint)_listener.LocalEndpoint).Port, "secret");
    }

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    public void Dispose()
    {
        _line.Dispose();
        _listener.Dispose();
    }

    [Test]
    public async Task A_question_brings_the_key_and_its_length()
    {
        var asked = Ask("""{"a":"\u00e4"}""");
        using var there = await _listener.AcceptSocketAsync(Token);
        var heard = await Hear(there);
        await Say(there, Ok + "Content-Length: 2\r\n\r\n{}");
        using var reply = await asked;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(heard, Does.StartWith("POST /v1/chat/completions HTTP/1.1\r\n"));
            Assert.That(heard, Does.Contain("\r\nAuthorization: Bearer secret\r\n").And.Contain("\r\nContent-Length: 14\r\n").And.Contain("\r\nConnection: close\r\n"));
            Assert.That(heard, Does.EndWith("""{"a":"\u00e4"}"""));
            Assert.That((reply.Status, reply.Length, await Text(reply)), Is.EqualTo((200, 2, "{}")));
        }
    }

    [Test]
    public async Task Chunks_are_read_wherever_the_network_cuts_them()
    {
        const string Body = "data: {\"content\":\"drei\u00dfig \U0001F98E\"}\n\n";
        var bytes = Encoding.UTF8.GetBytes(Body);
        List<byte> said = [.. Encoding.ASCII.GetBytes(Chunked)];
        for (var from = 0; from < bytes.Length; from += 7)
        {
            var part = bytes[from..Math.Min(bytes.Length, from + 7)];
            said.AddRange(Encoding.ASCII.GetBytes($"{part.Length:x}{(from == 7 ? ";name=value" : "")}\r\n"));
            said.AddRange(part);
            said.AddRange("\r\n"u8);
        }

        said.AddRange("0\r\n\r\n"u8);
        for (var cut = 1; cut < said.Count; cut += 3)
        {
            using var line = new LlamaLine(((IPEndPoint)_listener.LocalEndpoint).Port, "secret");
            var asked = Ask("{}", line);
            using var there = await _listener.AcceptSocketAsync(Token);
            there.NoDelay = true;
            await there.SendAsync(said.ToArray().AsMemory(0, cut), Token);
            await Task.Yield();
            await there.SendAsync(said.ToArray().AsMemory(cut), Token);
            var reply = await asked;
            Assert.That(await Text(reply), Is.EqualTo(Body), $"cut at {cut}");
        }
    }

    [Test]
    public async Task A_body_is_larger_than_any_buffer()
    {
        var body = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i},"));
        var asked = Ask("{}");
        using var there = await _listener.AcceptSocketAsync(Token);
        var saying = Say(there, $"{Chunked}{body.Length:X}\r\n{body}\r\n3\r\nend\r\n0\r\n\r\n");
        using var reply = await asked;
        Assert.That(await Text(reply), Is.EqualTo(body + "end"));
        await saying;
    }

    [Test]
    public async Task Without_a_length_the_body_ends_with_the_connection()
    {
        var asked = Ask("{}");
        using (var there = await _listener.AcceptSocketAsync(Token))
        {
            await Hear(there);
            await Say(there, Ok + "\r\nall there is");
            there.Shutdown(SocketShutdown.Both);
        }

        using var reply = await asked;
        Assert.That(await Text(reply), Is.EqualTo("all there is"));
    }

    [TestCase(Chunked + "5\r\nabc")]
    [TestCase(Chunked + "3\r\nabc\r\n")]
    [TestCase(Chunked + "3")]
    [TestCase(Ok + "Content-Length: 10\r\n\r\nabc")]
    public async Task What_ends_in_the_middle_is_no_end(string said)
    {
        using var reply = await Answered(said);
        Assert.That(() => Text(reply), Throws.InstanceOf<IOException>());
    }

    [TestCase(Chunked + "zz\r\nabc\r\n")]
    [TestCase(Chunked + "-3\r\nabc\r\n")]
    [TestCase(Chunked + "3x\r\nabc\r\n")]
    [TestCase(Chunked + "\r\nabc\r\n")]
    [TestCase(Chunked + "3\r\nabcde\r\n")]
    [TestCase(Chunked + "ffffffffffffffffff\r\nabc")]
    public async Task Chunks_that_are_none_are_named(string said)
    {
        using var reply = await Answered(said);
        Assert.That(() => Text(reply), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task The_line_of_a_chunk_does_not_grow_without_end()
    {
        using var reply = await Answered(Chunked + new string('1', 1000));
        Assert.That(() => Text(reply), Throws.TypeOf<InvalidDataException>());
    }

    [TestCase("garbage\r\n\r\n")]
    [TestCase("HTTP/1.1 fine\r\n\r\n")]
    [TestCase(Ok + "Content-Length: -1\r\n\r\n")]
    [TestCase(Ok + "Transfer-Encoding: gzip\r\n\r\n")]
    public void A_head_that_is_none_is_named(string said) => Assert.That(() => Answered(said), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void A_head_without_an_end_is_not_waited_for() =>
        Assert.That(() => Answered(Ok + "X: " + new string('x', 20_000)), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void A_connection_that_closes_before_the_head_is_told() => Assert.That(() => Answered("HTTP/1.1 2"), Throws.InstanceOf<IOException>());

    [Test]
    public void Nobody_who_listens_is_told()
    {
        _listener.Stop();
        Assert.That(() => Ask("{}"), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Whoever_leaves_closes_the_connection()
    {
        using var leaving = new CancellationTokenSource();
        var asked = _line.AskAsync("/v1/chat/completions", "{}"u8.ToArray(), leaving.Token);
        using var there = await _listener.AcceptSocketAsync(Token);
        await Hear(there);
        await leaving.CancelAsync();
        Assert.That(() => asked, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await there.ReceiveAsync(new byte[10], Token), Is.Zero);
    }

    [Test]
    public async Task The_connection_for_the_next_question_is_there_before_it()
    {
        using var next = await Next();

        var asked = Ask("{}");
        Assert.That(await Hear(next), Does.StartWith("POST "));
        // A shorter head than the one before it, with hardly anything behind it.
        await Say(next, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nc");
        next.Shutdown(SocketShutdown.Send);
        using var reply = await asked;
        Assert.That(await Text(reply), Is.EqualTo("c"));
    }

    [Test]
    public async Task The_next_head_may_be_longer_than_the_last_and_come_alone()
    {
        using var next = await Next();
        var asked = Ask("{}");
        await Hear(next);
        await Say(next, Ok + $"X: {new string('x', 100)}\r\nTransfer-Encoding: chunked\r\n\r\n");
        using var reply = await asked;
        var text = Text(reply);
        await Say(next, "1\r\na\r\n0\r\n\r\n");
        Assert.That(await text, Is.EqualTo("a"));
    }

    [Test]
    public async Task What_was_closed_while_nobody_asked_is_not_asked()
    {
        using var next = await Next();
        next.Shutdown(SocketShutdown.Send);
        await Eventually.Is(() => !_line.IsReady);

        using var reply = await Answered(Ok + "Content-Length: 2\r\n\r\ncd");
        Assert.That(await Text(reply), Is.EqualTo("cd"));
        Assert.That(await next.ReceiveAsync(new byte[10], Token), Is.Zero, "no question came");
    }

    [Test]
    public async Task What_is_closed_as_the_question_comes_is_asked_anew()
    {
        using var next = await Next();
        var asked = Ask("""{"once":1}""");
        await Hear(next);
        next.Close();

        using var again = await _listener.AcceptSocketAsync(Token);
        Assert.That(await Hear(again), Does.EndWith("""{"once":1}"""));
        await Say(again, Ok + "Content-Length: 2\r\n\r\ncd");
        using var reply = await asked;
        Assert.That(await Text(reply), Is.EqualTo("cd"));
    }

    [Test]
    public async Task What_has_begun_to_answer_is_not_asked_anew()
    {
        using var next = await Next();
        var asked = Ask("{}");
        await Hear(next);
        await Say(next, "HTTP/1.1 2");
        next.Shutdown(SocketShutdown.Both);
        Assert.That(() => asked, Throws.InstanceOf<IOException>());
        Assert.That(_listener.Pending(), Is.False);
    }

    [Test]
    public async Task Whoever_leaves_closes_the_connection_that_was_there_too()
    {
        using var next = await Next();
        using var leaving = new CancellationTokenSource();
        var asked = _line.AskAsync("/v1/chat/completions", "{}"u8.ToArray(), leaving.Token);
        await Hear(next);
        await leaving.CancelAsync();
        Assert.That(() => asked, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await next.ReceiveAsync(new byte[10], Token), Is.Zero);
    }

    [Test]
    public async Task Nothing_is_open_behind_a_closed_line()
    {
        using var next = await Next();
        _line.Dispose();
        Assert.That(await next.ReceiveAsync(new byte[10], Token), Is.Zero);
    }

    private static async Task<string> Hear(Socket there)
    {
        var buffer = new byte[4096];
        var length = await there.ReceiveAsync(buffer, Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static async Task Say(Socket there, string text)
    {
        var rest = Encoding.UTF8.GetBytes(text).AsMemory();
        while (!rest.IsEmpty)
        {
            rest = rest[await there.SendAsync(rest, Token)..];
        }
    }

    private static async Task<string> Text(LlamaReply reply)
    {
        using var reader = new StreamReader(reply.Body, leaveOpen: true);
        return await reader.ReadToEndAsync(Token);
    }

    private Task<LlamaReply> Ask(string json, LlamaLine? line = null) =>
        (line ?? _line).AskAsync("/v1/chat/completions", Encoding.UTF8.GetBytes(json), Token);

    /// <summary>What is ready for the next question, after one that was answered.</summary>
    private async Task<Socket> Next()
    {
        (await Answered(Ok + "Content-Length: 2\r\n\r\nab")).Dispose();
        await Eventually.Is(() => _line.IsReady);
        return await _listener.AcceptSocketAsync(Token);
    }

    /// <summary>By somebody who says this and closes.</summary>
    private async Task<LlamaReply> Answered(string said)
    {
        var asked = Ask("{}");
        using var there = await _listener.AcceptSocketAsync(Token);
        await Hear(there);
        await Say(there, said);
        there.Shutdown(SocketShutdown.Both);
        return await asked;
    }
}
