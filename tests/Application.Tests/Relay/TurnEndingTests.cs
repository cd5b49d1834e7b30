using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Tests.Relay;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TurnEndingTests
{
    private static readonly MessageError Crash = new("engine_crashed", "The engine has crashed.", Retryable: true);

    private readonly Stage _stage = new();

    [Test]
    public async Task Cancelling_a_turn_that_runs_promises_in_the_same_commit_to_stop_the_worker()
    {
        var turn = await Running();
        var cancelled = (await _stage.Send(new CancelRequest(turn.Request.Id))).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Journal, Is.EqualTo(["commit", "release", "signal"]));
            Assert.That(cancelled.Status, Is.EqualTo(RequestStatus.Cancelled));
            Assert.That(Rows(), Is.EqualTo([(OutboxTopic.Cancel, 1, "anna-mac")]));
            Assert.That(Answer(turn).Status, Is.EqualTo(MessageStatus.Cancelled));
            Assert.That(_stage.Session.OpenRequestId, Is.Null);
            Assert.That(_stage.Events[^1], Is.TypeOf<ReplyCancelled>());
        }
    }

    [Test]
    public async Task Cancelling_what_nobody_was_given_stops_nobody()
    {
        _stage.Free = false;
        var turn = (await _stage.Say("Hi")).Value;
        await _stage.Send(new CancelRequest(turn.Request.Id));
        Assert.That(Rows().Select(row => row.Topic), Has.None.EqualTo(OutboxTopic.Cancel));
    }

    [Test]
    public async Task Cancelling_what_has_ended_changes_nothing()
    {
        var turn = await Running();
        await _stage.Send(new CancelRequest(turn.Request.Id));
        _stage.Journal.Clear();
        var again = await _stage.Send(new CancelRequest(turn.Request.Id));
        Assert.That((again.Value.Status, _stage.Journal.Count), Is.EqualTo((RequestStatus.Cancelled, 0)));
    }

    [Test]
    public async Task When_the_end_cannot_be_committed_the_slot_stays_taken_and_readers_are_told_nothing()
    {
        var turn = await Running();
        _stage.Failures.Enqueue(new IOException());
        Assert.That(() => _stage.Send(new CancelRequest(turn.Request.Id)), Throws.TypeOf<IOException>());
        Assert.That(_stage.Journal, Is.EqualTo(["commit!"]));
    }

    [Test]
    public async Task Closing_a_session_cancels_its_turn_in_the_same_commit()
    {
        var turn = await Running();
        await _stage.Send(new CloseSession(Branches.Session));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Journal, Is.EqualTo(["commit", "release", "signal"]));
            Assert.That(_stage.Session.Status, Is.EqualTo(SessionStatus.Archived));
            Assert.That(_stage.Queue[turn.Request.Id].Status, Is.EqualTo(RequestStatus.Cancelled));
            Assert.That(Rows(), Is.EqualTo([(OutboxTopic.Cancel, 1, "anna-mac")]));
        }
    }

    [Test]
    public async Task What_has_been_said_until_then_is_the_answer_and_a_complete_one_stops_nobody()
    {
        var turn = await Running();
        await _stage.Send(new RecordReplyChunks(turn.Request.Id, 1, [new(0, 0, ChunkKind.Text, "He"), new(1, 0, ChunkKind.Text, "llo")]));
        await _stage.Send(new CompleteRelay(turn.Request.Id, 1, 2, FinishReason.Stop, new TokenUsage(10, 2)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Answer(turn).Text, Answer(turn).Status), Is.EqualTo(("Hello", MessageStatus.Complete)));
            Assert.That(Answer(turn).ParentId, Is.EqualTo(turn.Message.Id));
            Assert.That(_stage.Session.LeafId, Is.EqualTo(turn.Request.AnswerId));
            Assert.That(_stage.Session.TokensPerCharacter, Is.EqualTo(10.0 / "Hi".Length));
            Assert.That(Rows(), Is.Empty);
        }
    }

    [Test]
    public async Task An_end_before_all_its_text_is_a_gap_and_no_end()
    {
        var turn = await Running();
        var update = await _stage.Send(new CompleteRelay(turn.Request.Id, 1, 2, FinishReason.Stop, new TokenUsage(10, 2)));
        Assert.That((update.Value, _stage.Journal.Count), Is.EqualTo((AttemptUpdate.Gap, 0)));
    }

    [Test]
    public async Task A_word_about_another_attempt_changes_nothing()
    {
        var turn = await Running();
        var update = await _stage.Send(new FailRelay(turn.Request.Id, 2, Crash));
        Assert.That((update.Value, _stage.Journal.Count), Is.EqualTo((AttemptUpdate.Stale, 0)));
    }

    [Test]
    public async Task An_attempt_that_breaks_before_any_text_is_made_again_and_the_old_one_stopped()
    {
        var turn = await Running();
        await _stage.Send(new FailRelay(turn.Request.Id, 1, Crash));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stage.Queue[turn.Request.Id].Status, Is.EqualTo(RequestStatus.Queued));
            Assert.That(Rows(), Is.EquivalentTo([(OutboxTopic.Dispatch, 1, (string?)null), (OutboxTopic.Cancel, 1, "anna-mac")]));
            Assert.That(_stage.Journal, Is.EqualTo(["commit", "release"]));
            Assert.That(_stage.Stored, Does.Not.ContainKey(turn.Request.AnswerId));
        }
    }

    [Test]
    public async Task An_attempt_that_breaks_after_some_text_ends_the_turn_with_that_text()
    {
        var turn = await Running();
        await _stage.Send(new RecordReplyChunks(turn.Request.Id, 1, [new(0, 0, ChunkKind.Text, "He")]));
        await _stage.Send(new FailRelay(turn.Request.Id, 1, Crash));
        Assert.That(
            (Answer(turn).Text, Answer(turn).Status, Answer(turn).Error),
            Is.EqualTo(("He", MessageStatus.Failed, Crash)));
        Assert.That(_stage.Events[^1], Is.TypeOf<ReplyFailed>());
    }

    [Test]
    public async Task A_queued_request_whose_dispatch_cannot_be_committed_gives_the_slot_back_and_keeps_its_row()
    {
        _stage.Free = false;
        var turn = (await _stage.Say("Hi")).Value;
        _stage.Free = true;
        _stage.Journal.Clear();
        _stage.Failures.Enqueue(new IOException());
        var dispatch = new DispatchRelayRequest(turn.Request.Id, _stage.Rows.Single().Id, new WaitingLine());
        Assert.That(() => _stage.Send(dispatch), Throws.TypeOf<IOException>());
        Assert.That((_stage.Journal, _stage.Rows.Count), Is.EqualTo((new[] { "reserve", "commit!", "release" }, 1)));

        _stage.Journal.Clear();
        await _stage.Send(dispatch);
        Assert.That((_stage.Journal, _stage.Rows.Count), Is.EqualTo((new[] { "reserve", "commit", "signal", "send" }, 0)));
    }

    private async Task<SubmittedTurn> Running()
    {
        var turn = (await _stage.Say("Hi")).Value;
        _stage.Journal.Clear();
        return turn;
    }

    private Message Answer(SubmittedTurn turn) => _stage.Stored[turn.Request.AnswerId];

    private IEnumerable<(OutboxTopic Topic, int Attempt, string? Target)> Rows() =>
        _stage.Rows.Select(row => (row.Topic, row.Attempt, row.Target));
}
