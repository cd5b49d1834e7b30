using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Conversations;

[TestFixture]
internal sealed class MessageTests
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
        _host.Engine.Hold();
        _me = await _host.Member("me");
        _session = await _me.OpenSession();
    }

    [TearDown]
    public void Leave()
    {
        _host.Engine.Release();
        _me.Dispose();
    }

    [TestCase("messages")]
    [TestCase("send")]
    public async Task A_message_is_taken_with_202_and_its_answer_found_later(string verb)
    {
        var taken = await _me.Post($"/api/v1/sessions/{_session}/{verb}", new { content = "hello there" });
        Assert.That(taken.Status, Is.EqualTo(202), taken.Text);
        var request = taken.Json.GetProperty("request");
        Assert.That(taken.Header("Location"), Is.EqualTo($"/api/v1/requests/{request.GetProperty("id")}"));
        Assert.That(request.GetProperty("events_url").GetString(), Is.EqualTo($"/api/v1/requests/{request.GetProperty("id")}/events"));
        await Eventually.Is(async () => (await _me.Get(taken.Header("Location")!)).Json.GetProperty("state").GetString() == "completed");

        var items = (await _me.Get(Messages)).Json.GetProperty("items");
        Assert.That(items[0].GetProperty("id").GetString(), Is.EqualTo(taken.Json.GetProperty("message").GetProperty("id").GetString()));
        var answer = items[1];
        Assert.That(answer.GetProperty("text").GetString(), Is.EqualTo("hello there"));
        Assert.That(answer.GetProperty("parent_id").GetString(), Is.EqualTo(items[0].GetProperty("id").GetString()));
        Assert.That(answer.GetProperty("request_id").GetString(), Is.EqualTo(request.GetProperty("id").GetString()));
        Assert.That(answer.GetProperty("origin").ToString(), Is.EqualTo("""{"kind":"worker","name":"local","model":"echo"}"""));
        Assert.That(answer.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(9));
        Assert.That((await _me.Get($"/api/v1/messages/{answer.GetProperty("id")}")).Text, Is.EqualTo(answer.GetRawText()));
    }

    [Test]
    public async Task Waiting_gives_the_reply_in_the_same_call()
    {
        var answer = await _me.Say(_session, "think twice");
        var reply = answer.Json.GetProperty("reply");
        Assert.That(reply.GetProperty("text").GetString(), Is.EqualTo("think twice"));
        Assert.That(reply.GetProperty("parts")[0].ToString(), Is.EqualTo("""{"type":"reasoning","text":"Let me see."}"""));
        Assert.That(answer.Json.GetProperty("request").GetProperty("state").GetString(), Is.EqualTo("completed"));
    }

    [Test]
    public async Task Waiting_in_vain_is_202_and_the_answer_goes_on()
    {
        var answer = await _me.Post(Messages, new { content = "hold on" }, ("Prefer", "respond-async, wait=1"));
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        Assert.That(answer.Json.TryGetProperty("reply", out _), Is.False);
        Assert.That(answer.Json.GetProperty("request").GetProperty("state").GetString(), Is.EqualTo("running"));
        _host.Engine.Release();
        await Ends(answer, "completed");
    }

    [Test]
    public async Task Whoever_waits_without_a_key_and_leaves_has_cancelled()
    {
        var request = await AbandonAWait();
        await Eventually.Is(
            async () => (await _me.Get($"/api/v1/requests/{request}")).Json.GetProperty("state").GetString() == "cancelled");
    }

    [Test]
    public async Task Whoever_waits_with_a_key_and_leaves_comes_back_for_the_answer()
    {
        var request = await AbandonAWait(("Idempotency-Key", "mine"));
        var again = _me.Post(Messages, new { content = "hold on" }, ("Prefer", "wait=30"), ("Idempotency-Key", "mine"));
        _host.Engine.Release();
        Assert.That((await again).Json.GetProperty("reply").GetProperty("status").GetString(), Is.EqualTo("complete"));
        Assert.That((await again).Json.GetProperty("request").GetProperty("id").GetString(), Is.EqualTo(request));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_key_that_is_revoked_while_it_waits_is_not_told_the_answer(bool answerComes)
    {
        var issued = await _me.Post("/api/v1/keys", new { name = "revoked soon" });
        using var program = new ApiClient(_host.Address) { Key = issued.Json.GetProperty("key").GetString() };
        var waiting = program.Post(Messages, new { content = "hold on" }, ("Prefer", "wait=300"));
        await Eventually.Is(() => _host.Engine.Running == 1);
        await _me.Delete($"/api/v1/keys/{issued.Id}");
        if (answerComes)
        {
            _host.Engine.Release();
        }

        var answer = await waiting;
        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "invalid_key")), answer.Text);
        Assert.That(answer.Header("WWW-Authenticate"), Is.EqualTo("Bearer"));
    }

    [Test]
    public async Task A_second_message_meets_the_open_turn()
    {
        var first = await _me.Post(Messages, new { content = "hold on" });
        var second = await _me.Post(Messages, new { content = "and?" });
        Assert.That((second.Status, second.Code), Is.EqualTo((409, "turn_open")));
        Assert.That(
            second.Json.GetProperty("request").GetProperty("id").GetString(),
            Is.EqualTo(first.Json.GetProperty("request").GetProperty("id").GetString()));
        Assert.That(second.Json.GetProperty("request").GetProperty("events_url").GetString(), Does.EndWith("/events"));
    }

    [Test]
    public async Task Cancelling_stops_the_engine_and_keeps_what_was_written()
    {
        var taken = await _me.Post(Messages, new { content = "hold on" });
        await Eventually.Is(() => _host.Engine.Running == 1);
        var path = $"/api/v1/requests/{taken.Json.GetProperty("request").GetProperty("id")}";
        await _me.Events(path + "/events", most: 3);
        Assert.That((await _me.Post(path + "/cancel")).Json.GetProperty("state").GetString(), Is.EqualTo("cancelled"));
        await Eventually.Is(() => _host.Engine.Running == 0);
        var kept = (await _me.Get(Messages)).Json.GetProperty("items")[1];
        Assert.That((kept.GetProperty("text").GetString(), kept.GetProperty("status").GetString()), Is.EqualTo(("hold", "cancelled")));
        Assert.That((await _me.Post(path + "/cancel")).Status, Is.EqualTo(200), "doing it again changes nothing");
    }

    [Test]
    public async Task Regenerating_editing_and_switching_make_a_tree()
    {
        var first = (await _me.Say(_session, "one")).Json;
        var question = first.GetProperty("message").GetProperty("id").GetString()!;
        var answer = first.GetProperty("reply").GetProperty("id").GetString()!;

        var regenerated = await _me.Post($"/api/v1/messages/{answer}/regenerate", new { }, ("Prefer", "wait=30"));
        Assert.That(regenerated.Json.GetProperty("reply").GetProperty("parent_id").GetString(), Is.EqualTo(question));
        var edited = await _me.Post($"/api/v1/messages/{question}/edit", new { content = "two" }, ("Prefer", "wait=30"));
        Assert.That(edited.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("two"));
        Assert.That(edited.Json.GetProperty("message").GetProperty("parent_id").ValueKind, Is.EqualTo(JsonValueKind.Null));

        var session = await _me.Patch($"/api/v1/sessions/{_session}", new { leaf_id = answer });
        Assert.That(session.Json.GetProperty("leaf_id").GetString(), Is.EqualTo(answer));
        Assert.That((await _me.Get(Messages)).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(5));
    }

    [Test]
    public async Task An_answer_that_was_cut_off_is_carried_on()
    {
        var cut = (await _me.Say(_session, "cut here")).Json.GetProperty("reply");
        Assert.That(cut.GetProperty("status").GetString(), Is.EqualTo("partial"));
        var carriedOn = await _me.Post($"/api/v1/messages/{cut.GetProperty("id")}/continue", null, ("Prefer", "wait=30"));
        Assert.That(carriedOn.Status, Is.EqualTo(200), carriedOn.Text);
        Assert.That(carriedOn.Json.GetProperty("reply").GetProperty("text").GetString(), Does.StartWith("cut here"));
    }

    [Test]
    public async Task Pages_of_messages_can_be_walked_from_the_end_with_html()
    {
        await _me.Say(_session, "**one**");
        await _me.Say(_session, "two");
        var page = (await _me.Get(Messages + "?order=desc&limit=3&html=true")).Json;
        var items = page.GetProperty("items").EnumerateArray().ToArray();
        Assert.That(items.Select(item => item.GetProperty("sequence").GetInt32()), Is.EqualTo(new[] { 4, 3, 2 }));
        Assert.That(items[2].GetProperty("parts")[0].GetProperty("html").GetString(), Is.EqualTo("<p dir=\"auto\"><strong>one</strong></p>\n"));
        var cursor = Uri.EscapeDataString(page.GetProperty("next_cursor").GetString()!);
        var rest = (await _me.Get($"{Messages}?order=desc&limit=3&cursor={cursor}")).Json;
        Assert.That(rest.GetProperty("items")[0].GetProperty("sequence").GetInt32(), Is.EqualTo(1));
        Assert.That(rest.GetProperty("next_cursor").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("wait=30; foo", 200)]
    [TestCase("WAIT = 30 ;foo=\"a;b\", bar", 200)]
    [TestCase("wait=\"30\"", 200)]
    [TestCase("wait=30, wait=0", 200)]
    [TestCase("foo=\"a, wait=0\"; bar, =, ;, wait=30", 200)]
    [TestCase("foo; wait=0", 202)]
    [TestCase("handling=strict, depth-noroot", 202)]
    public async Task Of_what_a_caller_prefers_only_the_wait_is_heeded(string prefer, int status)
    {
        var answer = await _me.Post(Messages, new { content = "hello" }, ("Prefer", prefer));
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [TestCase("wait=0")]
    [TestCase("wait=301")]
    [TestCase("wait=soon; foo")]
    [TestCase("wait")]
    [TestCase("wait=soon")]
    public async Task A_wrong_wait_is_refused_before_anything_is_said(string prefer)
    {
        var answer = await _me.Post(Messages, new { content = "hello" }, ("Prefer", prefer));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "Prefer" }));
        Assert.That((await _me.Get(Messages)).Json.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    private async Task<string> AbandonAWait(params (string, string)[] headers)
    {
        using var leaving = new CancellationTokenSource();
        var waiting = _me.Abandon(Messages, new { content = "hold on" }, leaving.Token, [.. headers, ("Prefer", "wait=300")]);
        await Eventually.Is(() => _host.Engine.Running == 1);

        // The engine is told while the turn is being committed.
        string? request = null;
        await Eventually.Is(async () =>
            (request = (await _me.Get($"/api/v1/sessions/{_session}")).Json.GetProperty("open_request_id").GetString()) is not null);
        await leaving.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        return request!;
    }

    private async Task Ends(Answer taken, string how) => await Eventually.Is(async () =>
        (await _me.Get(taken.Header("Location")!)).Json.GetProperty("state").GetString() == how);
}
