using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Conversations;

/// <summary>The same call, made again: by a key in the header or by an id in the body, which are the same thing.</summary>
[TestFixture]
internal sealed class RepeatTests
{
    private ApiHost _host = null!;
    private ApiClient _me = null!;
    private string _session = null!;

    private string Messages => $"/api/v1/sessions/{_session}/messages";

    [OneTimeSetUp]
    public async Task Start() => _host = await ApiHost.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task NewSession()
    {
        _me = await _host.Member("me");
        _session = await _me.OpenSession();
    }

    [TearDown]
    public void Leave() => _me.Dispose();

    [Test]
    public async Task A_repeated_key_gives_the_same_ids_and_re_attaches()
    {
        var first = await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", "k"));
        var waited = await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", "k"), ("Prefer", "wait=30"));
        var events = await _me.Events(Messages, new { content = "hello" }, headers: [("Idempotency-Key", "k")]);
        Assert.That(Ids(waited), Is.EqualTo(Ids(first)));
        Assert.That(waited.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("hello"));
        Assert.That(events[0].Data.GetProperty("message_id").GetString(), Is.EqualTo(Ids(first).Message));
        Assert.That(events[^1].Event, Is.EqualTo("completed"));
        Assert.That((await _me.Get(Messages)).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Another_body_under_the_same_key_is_422()
    {
        await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", "k"));
        var other = await _me.Post(Messages, new { content = "good-bye" }, ("Idempotency-Key", "k"));
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_mismatch")));
    }

    [Test]
    public async Task A_client_message_id_is_a_key_in_the_body()
    {
        var first = await _me.Post(Messages, new { content = "hello", client_message_id = "m1" });
        var again = await _me.Post(Messages, new { content = "hello", client_message_id = "m1" });
        var inHeader = await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", "m1"));
        var other = await _me.Post(Messages, new { content = "good-bye", client_message_id = "m1" });
        Assert.That(Ids(again), Is.EqualTo(Ids(first)));
        Assert.That(Ids(inHeader), Is.EqualTo(Ids(first)));
        Assert.That(first.Json.GetProperty("message").GetProperty("client_message_id").GetString(), Is.EqualTo("m1"));
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_mismatch")));
    }

    [Test]
    public async Task Both_given_and_different_is_400()
    {
        var answer = await _me.Post(Messages, new { content = "hello", client_message_id = "a" }, ("Idempotency-Key", "b"));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "keys_differ")));
        var same = await _me.Post(Messages, new { content = "hello", client_message_id = "a" }, ("Idempotency-Key", "a"));
        Assert.That(same.Status, Is.EqualTo(202));
    }

    [TestCase("")]
    [TestCase("with\ta tab")]
    public async Task A_key_that_is_none_is_named(string key)
    {
        var answer = await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", key));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_idempotency_key")));
        var tooLong = await _me.Post(Messages, new { content = "hello" }, ("Idempotency-Key", new string('x', 256)));
        Assert.That(tooLong.Code, Is.EqualTo("invalid_idempotency_key"));
    }

    [Test]
    public async Task Twins_at_the_same_moment_are_one()
    {
        for (var round = 0; round < 5; round++)
        {
            var session = await _me.OpenSession();
            var key = $"twin {round}";
            var twins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                _me.Post($"/api/v1/sessions/{session}/messages", new { content = "hello" }, ("Idempotency-Key", key))));
            Assert.That(twins.Select(twin => twin.Status), Is.All.EqualTo(202), string.Join('\n', twins.Select(twin => twin.Text)));
            Assert.That(twins.Select(Ids).Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Regenerating_and_editing_can_be_repeated_too()
    {
        var turn = (await _me.Say(_session, "one")).Json;
        var answer = turn.GetProperty("reply").GetProperty("id").GetString();
        var question = turn.GetProperty("message").GetProperty("id").GetString();
        foreach (var (path, body) in new (string, object)[]
        {
            ($"/api/v1/messages/{answer}/regenerate", new { }), ($"/api/v1/messages/{question}/edit", new { content = "two" }),
        })
        {
            var first = await _me.Post(path, body, ("Idempotency-Key", "k"), ("Prefer", "wait=30"));
            var again = await _me.Post(path, body, ("Idempotency-Key", "k"), ("Prefer", "wait=30"));
            Assert.That(first.Status, Is.EqualTo(200), first.Text);
            Assert.That(Ids(again), Is.EqualTo(Ids(first)));
        }
    }

    private static (string? Message, string? Request) Ids(Answer answer) => (
        answer.Json.GetProperty("message").GetProperty("id").GetString(),
        answer.Json.GetProperty("request").GetProperty("id").GetString());
}
