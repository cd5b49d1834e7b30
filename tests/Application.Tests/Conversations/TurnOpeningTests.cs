using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Tests.Conversations;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TurnOpeningTests
{
    private readonly Stage _stage = new();

    [Test]
    public async Task The_slot_is_taken_and_the_worker_is_told_while_the_turn_is_committed()
    {
        var turn = (await _stage.Say("Hi")).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Journal, Is.EqualTo(["reserve", "send", "commit"]));
            Assert.That(_stage.Session.OpenRequestId, Is.EqualTo(turn.Request.Id));
            Assert.That(_stage.Stored[turn.Message.Id].Text, Is.EqualTo("Hi"));
            Assert.That(_stage.Queue[turn.Request.Id].Status, Is.EqualTo(RequestStatus.Dispatched));
            Assert.That(_stage.Events.Select(happened => happened.GetType()), Is.EqualTo([typeof(ReplyQueued), typeof(ReplyStarted)]));
            Assert.That(_stage.Sent.Single().RequestId, Is.EqualTo(turn.Request.Id));
            Assert.That(_stage.Rows, Is.Empty);
        }
    }

    [TestCase(null, "Be kind.", "Be kind.")]
    [TestCase("Be brief.", "Be kind.", "Be brief.")]
    [TestCase("", "Be kind.", null)]
    [TestCase(null, null, null)]
    public async Task One_s_own_system_prompt_is_said_where_the_session_has_none(string? session, string? own, string? said)
    {
        _stage.Session = _stage.Session with { SystemPrompt = session };
        _stage.SystemPrompt = own;
        var turn = (await _stage.Say("Hi")).Value;
        var prompt = _stage.Sent.Single().Messages;
        Assert.That(prompt.FirstOrDefault(message => message.Role == MessageRole.System)?.Parts.OfType<TextPart>().Single().Text, Is.EqualTo(said));
        Assert.That(turn.Request.Settings.SystemPrompt, Is.EqualTo(session ?? own));
    }

    [Test]
    public void When_the_commit_fails_the_worker_is_told_to_stop_and_the_slot_is_given_back()
    {
        _stage.Failures.Enqueue(new IOException());
        Assert.That(() => _stage.Say("Hi"), Throws.TypeOf<IOException>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Journal, Is.EqualTo(["reserve", "send", "commit!", "cancel", "release"]));
            Assert.That(_stage.Stored, Is.Empty);
        }
    }

    [Test]
    public async Task A_lost_race_gives_the_slot_back_before_it_is_run_again()
    {
        _stage.Failures.Enqueue(new ConcurrencyConflictException("session"));
        var turn = (await _stage.Say("Hi")).Value;
        Assert.That(_stage.Journal, Is.EqualTo(["reserve", "send", "commit!", "cancel", "release", "reserve", "send", "commit"]));
        Assert.That(_stage.Stored.Keys, Is.EqualTo([turn.Message.Id]));
    }

    [Test]
    public async Task A_prompt_that_is_lost_on_its_way_leaves_the_turn_to_the_watchdog()
    {
        _stage.LostOnTheWay = new CarrierException("The link is down.");
        var turn = (await _stage.Say("Hi")).Value;
        Assert.That(turn.Request.Status, Is.EqualTo(RequestStatus.Dispatched));
        Assert.That(_stage.Journal, Is.EqualTo(["reserve", "send", "commit"]));
    }

    [Test]
    public async Task A_session_that_is_remembered_is_not_read()
    {
        _stage.Recalled = _stage.Session;
        var turn = (await _stage.Say("Hi")).Value;
        Assert.That((_stage.Reads, _stage.Session.OpenRequestId), Is.EqualTo((0, (RequestId?)turn.Request.Id)));
    }

    [Test]
    public async Task What_is_remembered_does_not_say_no()
    {
        var first = (await _stage.Say("Hi")).Value;
        _stage.Recalled = _stage.Session;
        _stage.Session = _stage.Session with { OpenRequestId = null };
        var second = (await _stage.Say("And?")).Value;
        Assert.That(second.Message.ParentId, Is.EqualTo(first.Message.Id), "the turn has ended elsewhere");
    }

    [Test]
    public async Task What_is_remembered_and_was_changed_elsewhere_is_read_when_the_commit_says_so()
    {
        _stage.Recalled = _stage.Session with { SystemPrompt = "Be brief." };
        _stage.Session = _stage.Session with { SystemPrompt = "Be kind." };
        _stage.Failures.Enqueue(new ConcurrencyConflictException("session"));
        _stage.Failed = () => _stage.Recalled = null;
        var turn = (await _stage.Say("Hi")).Value;
        Assert.That((turn.Request.Settings.SystemPrompt, _stage.Reads), Is.EqualTo(("Be kind.", 1)));
    }

    [Test]
    public async Task Somebody_else_s_session_that_is_remembered_is_not_there()
    {
        _stage.Recalled = _stage.Session;
        var refusal = (await _stage.Send(new SubmitMessage(Branches.Session, [new TextPart("Hi")], null, null), new(Guid.NewGuid()))).Refusal!;
        Assert.That((refusal, _stage.Journal.Count), Is.EqualTo((Refusal.NotFound, 0)));
    }

    [Test]
    public async Task When_nobody_is_free_the_commit_promises_to_find_somebody()
    {
        _stage.Free = false;
        var turn = (await _stage.Say("Hi")).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Journal, Is.EqualTo(["commit"]));
            Assert.That(turn.Request.Status, Is.EqualTo(RequestStatus.Queued));
            Assert.That(_stage.Rows.Select(row => (row.Topic, row.RequestId)), Is.EqualTo([(OutboxTopic.Dispatch, turn.Request.Id)]));
            Assert.That(_stage.Events, Is.EqualTo([new ReplyQueued(turn.Message.Id, 3) { Id = 1 }]));
        }
    }

    [Test]
    public async Task A_paused_host_takes_messages_and_gives_none_out()
    {
        _stage.Gate.Pause();
        await _stage.Say("Hi");
        Assert.That((_stage.Journal, _stage.Rows.Count), Is.EqualTo((new[] { "commit" }, 1)));
    }

    [Test]
    public async Task A_second_message_while_a_turn_is_open_is_refused_with_the_request_that_stands_in_the_way()
    {
        var first = (await _stage.Say("Hi")).Value;
        var refusal = (await _stage.Say("And?")).Refusal!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refusal.Kind, refusal.Code), Is.EqualTo((RefusalKind.Conflict, "turn_open")));
            Assert.That(refusal.RequestId, Is.EqualTo(first.Request.Id.Value));
            Assert.That(_stage.Stored, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task The_same_key_again_gives_the_same_turn_and_makes_nothing()
    {
        var key = new IdempotencyKey("POST /messages", "k", "f");
        var first = (await _stage.Say("Hi", key)).Value;
        _stage.Journal.Clear();
        var again = (await _stage.Say("Hi", key)).Value;
        var other = await _stage.Say("Hello", key with { Fingerprint = "g" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.Message.Id, again.Request.Id), Is.EqualTo((first.Message.Id, first.Request.Id)));
            Assert.That(other.Refusal!.Code, Is.EqualTo("idempotency_mismatch"));
            Assert.That(_stage.Journal, Is.Empty);
        }
    }

    [Test]
    public async Task Somebody_elses_session_is_no_session()
    {
        var message = new SubmitMessage(Branches.Session, [new TextPart("Hi")], null, null);
        var refusal = (await _stage.Send(message, by: new(Guid.NewGuid()))).Refusal;
        Assert.That((refusal, _stage.Journal.Count), Is.EqualTo((Refusal.NotFound, 0)));
    }

    [Test]
    public async Task A_cut_off_answer_is_carried_on_from_its_last_word()
    {
        var past = _stage.Past("A tale!", "Once upon");
        var turn = (await _stage.Send(new ContinueAnswer(past[1].Id, null))).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(turn.Request.Settings.Continues, Is.EqualTo(past[1].Id));
            Assert.That(
                _stage.Events.OfType<ReplyDelta>(),
                Is.EqualTo([new ReplyDelta(0, 0, ChunkKind.Text, 0, "Once upon") { Id = 2 }]));
            Assert.That(_stage.Sent.Single().Messages[^1].Role, Is.EqualTo(MessageRole.Assistant));
            Assert.That(turn.Request.LeafId, Is.EqualTo(past[0].Id));
        }
    }

    [Test]
    public async Task An_answer_made_again_is_asked_for_with_the_same_prompt()
    {
        var past = _stage.Past("one", "two", "three", "four");
        var turn = (await _stage.Send(new RegenerateAnswer(past[3].Id, null))).Value;
        Assert.That(turn.Request.LeafId, Is.EqualTo(past[2].Id));
        Assert.That(Prompt(), Is.EqualTo(["one", "two", "three"]));
    }

    [Test]
    public async Task What_is_said_differently_is_a_sibling_of_what_was_said()
    {
        var past = _stage.Past("one", "two", "three", "four");
        var turn = (await _stage.Send(new EditMessage(past[2].Id, [new TextPart("drei")], null, null))).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(turn.Message.ParentId, Is.EqualTo(past[1].Id));
            Assert.That(_stage.Stored[past[2].Id].Text, Is.EqualTo("three"));
            Assert.That(Prompt(), Is.EqualTo(["one", "two", "drei"]));
        }
    }

    [Test]
    public async Task What_has_outgrown_the_window_is_trimmed_once_told_and_remembered()
    {
        var past = _stage.Past(new string('a', 900), new string('b', 900), "short", "short");
        _stage.ContextSize = 500;
        var turn = (await _stage.Say("Hi")).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Session.ContextFrom, Is.EqualTo(past[2].Id));
            Assert.That(turn.Request.Settings.ContextFrom, Is.EqualTo(past[2].Id));
            Assert.That(_stage.Events.OfType<ReplyNotice>().Select(notice => notice.Code), Is.EqualTo(["context_trimmed"]));
            Assert.That(_stage.Sent.Single().Messages, Has.Count.EqualTo(3));
        }
    }

    [Test]
    public async Task An_answer_that_is_carried_on_is_counted_before_the_engine_does()
    {
        var past = _stage.Past("short", "short", "A tale!", new string('a', 1500));
        _stage.ContextSize = 700;
        var turn = (await _stage.Send(new ContinueAnswer(past[3].Id, null))).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(turn.Request.Settings.ContextFrom, Is.EqualTo(past[2].Id));
            Assert.That(Prompt(), Is.EqualTo(["A tale!", new string('a', 1500)]));
        }
    }

    [TestCase("Hi", "Hi")]
    [TestCase("  Hi\r\nthere", "Hi")]
    [TestCase(
        "The quick brown fox jumps over the lazy dog and then over the other one",
        "The quick brown fox jumps over the lazy dog and then over…")]
    public async Task A_session_is_named_after_its_first_words(string text, string title)
    {
        await _stage.Say(text);
        Assert.That(_stage.Session.Title, Is.EqualTo(title));
    }

    [Test]
    public async Task A_title_never_ends_with_half_a_character()
    {
        await _stage.Say(new string('x', 59) + string.Concat(Enumerable.Repeat("🦎", 20)));
        Assert.That(_stage.Session.Title, Is.EqualTo(new string('x', 59) + "…"));
    }

    private IEnumerable<string> Prompt() => _stage.Sent.Single().Messages.Select(message => ((TextPart)message.Parts[0]).Text);
}
