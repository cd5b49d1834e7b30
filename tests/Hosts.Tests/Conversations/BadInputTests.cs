using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Hosts.Tests.Conversations;

/// <summary>
/// Whatever is sent, the answer is a 4xx that names the field or has a code; the host lives on, and its memory is bounded.
/// </summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class BadInputTests(Database kind)
{
    private TestDatabase? _database;
    private ApiHost _host = null!;
    private ApiClient _me = null!;
    private string _session = null!;

    private string Messages => $"/api/v1/sessions/{_session}/messages";

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = kind == Database.Postgres ? await TestDatabase.Create(kind) : null;
        _host = await ApiHost.Start([.. _database?.Settings.Select(setting => $"--{setting.Key}={setting.Value}") ?? []]);
        _me = await _host.Member("me");
        _session = await _me.OpenSession();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _me.Dispose();
        await _host.DisposeAsync();
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TestCase("""{"content":1}""", "invalid_value", "content")]
    [TestCase("""{"content":null}""", "invalid_value", "content")]
    [TestCase("""{"content":{"text":"x"}}""", "invalid_value", "content")]
    [TestCase("""{"content":""}""", "invalid_request", "content")]
    [TestCase("""{"content":"  "}""", "invalid_request", "content")]
    [TestCase("""{"content":[]}""", "invalid_request", "content")]
    [TestCase("""{}""", "field_missing", "content")]
    [TestCase("""{"content":"x","temperature":1}""", "unknown_field", "temperature")]
    [TestCase("""{"content":"x","Content":"x"}""", "unknown_field", "Content")]
    [TestCase("""{"content":"x","content":"y"}""", "duplicate_field", "content")]
    [TestCase("""{"content":"x","client_message_id":5}""", "invalid_value", "client_message_id")]
    [TestCase("""{"content":"a\u0000b"}""", "invalid_text", "content")]
    [TestCase("""{"content":"a\ud800b"}""", "invalid_text", "content")]
    [TestCase("""{"content":"a\udc00"}""", "invalid_text", "content")]
    [TestCase("""{"content":"x","client_message_id":"\u0000"}""", "invalid_text", "client_message_id")]
    [TestCase("""{"content":"x","client_message_id":""}""", "invalid_request", "client_message_id")]
    [TestCase("""{"content":["x"]}""", "invalid_value", "content[0]")]
    [TestCase("""{"content":[{"type":"text","text":"x"},{"type":"image","url":"y"}]}""", "unknown_part_type", "content[1].type")]
    [TestCase("""{"content":[{"type":"text"}]}""", "field_missing", "content[0].text")]
    [TestCase("""{"content":[{"text":"x"}]}""", "field_missing", "content[0].type")]
    [TestCase("""{"content":[{"type":"text","text":"x","size":1}]}""", "unknown_field", "content[0].size")]
    [TestCase("""{"content":[{"type":"text","text":"x","text":"y"}]}""", "duplicate_field", "content[0].text")]
    [TestCase("""{"content":[{"type":"text","text":"\ud83d"}]}""", "invalid_text", "content[0].text")]
    public async Task A_wrong_field_is_named(string body, string code, string field)
    {
        var answer = await _me.PostRaw(Messages, body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, code)), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
    }

    [TestCase("", "body_missing")]
    [TestCase("null", "invalid_json")]
    [TestCase("{", "invalid_json")]
    [TestCase("{\"content\":\"x\"", "invalid_json")]
    [TestCase("{\"content\":\"x\"}{}", "invalid_json")]
    [TestCase("{'content':'x'}", "invalid_json")]
    [TestCase("{\"content\":\"x\",}", "invalid_json")]
    [TestCase("// hello\n{\"content\":\"x\"}", "invalid_json")]
    [TestCase("[]", "invalid_value")]
    [TestCase("\"x\"", "invalid_value")]
    [TestCase("1e999", "invalid_value")]
    public async Task What_is_no_JSON_object_has_a_code(string body, string code)
    {
        var answer = await _me.PostRaw(Messages, body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, code)), answer.Text);
    }

    [Test]
    public async Task Broken_UTF_8_is_named()
    {
        byte[] body = [.. "{\"content\":\"a"u8, 0xC3, 0x28, .. "\"}"u8];
        var answer = await _me.PostRaw(Messages, body);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_text")));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "content" }));
    }

    [Test]
    public async Task JSON_ten_thousand_deep_is_refused()
    {
        foreach (var body in new[]
        {
            new string('[', 10_000),
            "{\"content\":" + new string('[', 10_000) + new string(']', 10_000) + "}",
            string.Concat(Enumerable.Repeat("{\"a\":", 10_000)),
        })
        {
            Assert.That((await _me.PostRaw(Messages, body)).Status, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task A_body_just_below_the_limit_is_read_and_one_above_is_not()
    {
        var below = await _me.PostRaw(Messages, $$"""{"content":"{{new string('x', 1_040_000)}}"}""");
        Assert.That((below.Status, below.Code), Is.EqualTo((400, "invalid_request")), "longer than a message may be");
        var above = await _me.PostRaw(Messages, $$"""{"content":"{{new string('x', 1_050_000)}}"}""");
        Assert.That((above.Status, above.Code), Is.EqualTo((413, "body_too_large")));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_hundred_megabytes_are_not_read_into_memory(bool announced)
    {
        var before = GC.GetTotalAllocatedBytes();
        Answer? answer = null;
        try
        {
            answer = await _me.Send(HttpMethod.Post, Messages, new Flood(100 * 1024 * 1024, announced));
        }
        catch (HttpRequestException)
        {
            // The host may hang up on what it will not read; whoever still sends then sees a broken connection.
        }

        Assert.That(answer?.Code, Is.Null.Or.EqualTo("body_too_large"));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(20 * 1024 * 1024), "both ends live in this process");
        Assert.That((await _me.Get("/health")).Status, Is.EqualTo(200));
    }

    /// <summary>By hand, because clients that see their connection closed in the middle of a body don't always read what was answered.</summary>
    [TestCase("Content-Length: 104857600")]
    [TestCase("Transfer-Encoding: chunked")]
    public async Task And_whoever_sends_them_is_told_before_they_are_all_sent(string length)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _host.Address.Port);
        await using var line = client.GetStream();
        await line.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Messages} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {_me.Key}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        if (length.Contains("chunked", StringComparison.Ordinal))
        {
            await line.WriteAsync(Encoding.ASCII.GetBytes($"200000\r\n{new string(' ', 0x200000)}\r\n"));
        }

        using var reader = new StreamReader(line);
        Assert.That(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo("HTTP/1.1 413 Payload Too Large"));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("multipart/form-data")]
    public async Task Another_type_of_body_is_415(string type)
    {
        var answer = await _me.PostRaw(Messages, "{\"content\":\"x\"}"u8.ToArray(), type);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((415, "unsupported_media_type")));
    }

    [TestCase("sessions?limit=0", "limit")]
    [TestCase("sessions?limit=201", "limit")]
    [TestCase("sessions?limit=-1", "limit")]
    [TestCase("sessions?limit=many", "limit")]
    [TestCase("sessions?limit=1&limit=2", "limit")]
    [TestCase("sessions?cursor=made-up", "cursor")]
    [TestCase("sessions?cursor=%00", "cursor")]
    [TestCase("sessions?page=2", "page")]
    [TestCase("me?verbose=1", "verbose")]
    [TestCase("sessions/{0}/messages?order=up", "order")]
    [TestCase("sessions/{0}/messages?html=yes", "html")]
    [TestCase("sessions/{0}/messages?cursor=!", "cursor")]
    public async Task A_wrong_parameter_is_named(string path, string parameter)
    {
        var answer = await _me.Get("/api/v1/" + path.Replace("{0}", _session, StringComparison.Ordinal));
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { parameter }));
    }

    [TestCase("sessions/x")]
    [TestCase("sessions/00000000-0000-0000-0000-000000000000")]
    [TestCase("messages/..%2f..%2fetc")]
    [TestCase("requests/1")]
    [TestCase("nothing/here")]
    public async Task What_is_not_there_is_404(string path)
    {
        var answer = await _me.Get("/api/v1/" + path);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "not_found")), answer.Text);
    }

    [Test]
    public async Task An_address_that_the_web_server_itself_cannot_read_is_400() =>
        Assert.That((await _me.Get("/api/v1/sessions/%00")).Status, Is.EqualTo(400));

    [Test]
    public async Task A_method_that_is_not_there_is_405()
    {
        var answer = await _me.Send(HttpMethod.Put, "/api/v1/sessions", null);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((405, "method_not_allowed")));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task Every_refusal_is_a_problem_with_type_title_code_and_trace()
    {
        var answer = await _me.PostRaw(Messages, "{}");
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/problem+json"));
        Assert.That(answer.Json.EnumerateObject().Select(property => property.Name), Is.EqualTo(
            new[] { "type", "title", "status", "code", "detail", "trace_id", "errors" }));
        Assert.That(answer.Json.GetProperty("type").GetString(), Is.EqualTo("urn:meatlizard:problem:field_missing"));
    }

    [Test]
    public async Task A_trace_that_the_caller_began_is_carried_on()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var answer = await _me.Get("/api/v1/sessions/x", ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        Assert.That(answer.Json.GetProperty("trace_id").GetString(), Is.EqualTo(trace));
    }

    /// <summary>A body that is made while it is sent.</summary>
    private sealed class Flood(long size, bool announced) : HttpContent
    {
        private static readonly byte[] Block = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var sent = 0L; sent < size; sent += Block.Length)
            {
                await stream.WriteAsync(Block);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            Headers.ContentType ??= new("application/json");
            length = size;
            return announced;
        }
    }
}
