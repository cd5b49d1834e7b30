using System.Reflection;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class RelayRequestTests
{
    private static readonly DateTimeOffset Late = Requests.Now + Requests.Deadlines.AcknowledgeWithin;

    /// <summary>All states are those of a first attempt, with one more left.</summary>
    private static readonly StateTable<RelayRequest, RelayRequestState> Table = new()
    {
        States = Enum.GetValues<RequestStatus>()
            .ToDictionary(status => $"{status}", status => (Func<RelayRequest>)(() => Requests.At(status))),
        Name = request => $"{request.State.Status}",
        Births = [nameof(RelayRequest.Queue)],
        Queries = [nameof(RelayRequest.Hears)],
        Verbs = new Dictionary<string, Action<RelayRequest>>
        {
            ["Dispatch"] = request => request.Dispatch(Requests.Worker, 10, Requests.Now),
            ["Acknowledge"] = request => request.Acknowledge(1, Requests.Now),
            ["ReportProgress"] = request => request.ReportProgress(1, Requests.Now),
            ["RecordChunks"] = request => request.RecordChunks(1, [Requests.Chunk(request.State.NextChunk, "a")], Requests.Now),
            ["AddReplyEvent"] = request => request.AddReplyEvent(),
            ["Complete"] = request => request.Complete(1, Requests.Now),
            ["Decline"] = request => request.Decline(1, "busy", Requests.Now),
            ["Fail"] = request => request.Fail(1, Requests.Crash, Requests.Now),
            ["Fail (for good)"] = request => request.Fail(1, Requests.BadModel, Requests.Now),
            ["Shorten"] = request => request.Shorten(1, new(Guid.Empty), Requests.Now),
            ["Expire"] = request => request.Expire(Late),
            ["Expire (not due)"] = request => request.Expire(Late.AddTicks(-1)),
            ["GiveUp"] = request => request.GiveUp(Requests.BadModel, Requests.Now),
            ["Cancel"] = request => request.Cancel(Requests.Now),
        },
    };

    [Test]
    public void Every_verb_in_every_state() => Table.Holds(
        """
                        | Queued     | Dispatched  | Acknowledged| Streaming  | Completed    | TimedOut     | Failed       | Cancelled
        Dispatch        | Dispatched | wrong_state | wrong_state | wrong_state| request_ended| request_ended| request_ended| request_ended
        Acknowledge     | wrong_state| Acknowledged| wrong_state | wrong_state| request_ended| request_ended| request_ended| request_ended
        ReportProgress  | wrong_state| Acknowledged| Acknowledged| wrong_state| request_ended| request_ended| request_ended| request_ended
        RecordChunks    | wrong_state| Streaming   | Streaming   | Streaming  | request_ended| request_ended| request_ended| request_ended
        AddReplyEvent   | Queued     | Dispatched  | Acknowledged| Streaming  | Completed    | TimedOut     | Failed       | Cancelled
        Complete        | wrong_state| Completed   | Completed   | Completed  | request_ended| request_ended| request_ended| request_ended
        Decline         | wrong_state| Queued      | wrong_state | wrong_state| request_ended| request_ended| request_ended| request_ended
        Fail            | wrong_state| Queued      | Queued      | Failed     | request_ended| request_ended| request_ended| request_ended
        Fail (for good) | wrong_state| Failed      | Failed      | Failed     | request_ended| request_ended| request_ended| request_ended
        Shorten         | wrong_state| Queued      | Queued      | wrong_state| request_ended| request_ended| request_ended| request_ended
        Expire          | TimedOut   | Queued      | Queued      | TimedOut   | request_ended| request_ended| request_ended| request_ended
        Expire (not due)| not_due    | not_due     | not_due     | not_due    | request_ended| request_ended| request_ended| request_ended
        GiveUp          | Failed     | wrong_state | wrong_state | wrong_state| request_ended| request_ended| request_ended| request_ended
        Cancel          | Cancelled  | Cancelled   | Cancelled   | Cancelled  | request_ended| request_ended| request_ended| request_ended
        """);

    [Test]
    public void Every_verb_of_an_attempt_refuses_another_attempt()
    {
        var verbs = typeof(RelayRequest)
            .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.Name != nameof(RelayRequest.Hears) && method.GetParameters().Any(given => given.Name == "attempt"))
            .Select(method => method.Name);
        var calls = new Dictionary<string, Action<RelayRequest, int>>
        {
            ["Acknowledge"] = (request, attempt) => request.Acknowledge(attempt, Requests.Now),
            ["ReportProgress"] = (request, attempt) => request.ReportProgress(attempt, Requests.Now),
            ["RecordChunks"] = (request, attempt) => request.RecordChunks(attempt, [Requests.Chunk(0, "a")], Requests.Now),
            ["Complete"] = (request, attempt) => request.Complete(attempt, Requests.Now),
            ["Decline"] = (request, attempt) => request.Decline(attempt, "busy", Requests.Now),
            ["Fail"] = (request, attempt) => request.Fail(attempt, Requests.Crash, Requests.Now),
            ["Shorten"] = (request, attempt) => request.Shorten(attempt, new(Guid.Empty), Requests.Now),
        };
        Assert.That(verbs, Is.EquivalentTo(calls.Keys));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (verb, call) in calls)
            {
                foreach (var attempt in new[] { 0, 2 })
                {
                    var code = Refusals.Code(() => call(Requests.Dispatched(), attempt));
                    Assert.That(code, Is.EqualTo("stale_attempt"), $"{verb} for {attempt}");
                }
            }
        }
    }

    [Test]
    public void Only_the_current_attempt_is_heard_and_only_while_it_lasts()
    {
        RequestStatus[] underWay = [RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming];
        using (Assert.EnterMultipleScope())
        {
            foreach (var status in Enum.GetValues<RequestStatus>())
            {
                Assert.That(Requests.At(status).Hears(1), Is.EqualTo(underWay.Contains(status)), $"{status}");
                Assert.That(Requests.At(status).Hears(2), Is.False, $"{status}");
            }
        }
    }

    [Test]
    public void Every_dispatch_is_an_attempt_with_its_target_and_counts_chunks_anew()
    {
        var request = Requests.Dispatched();
        request.Decline(1, "busy", Requests.Now);
        request.Dispatch(new(OriginKind.Worker, "berta", "tiny", "cd"), 50, Requests.Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.State.Attempt, Is.EqualTo(2));
            Assert.That(request.State.Target!.Origin, Is.EqualTo(new Origin(OriginKind.Worker, "berta", "tiny")));
            Assert.That(request.State.NextChunk, Is.Zero);
            Assert.That(request.State.PromptCharacters, Is.EqualTo(50));
            Assert.That(request.State.AcknowledgedAt, Is.Null);
        }
    }

    [Test]
    public void A_declined_attempt_does_not_count_as_failed_and_a_broken_one_does()
    {
        var request = Requests.Dispatched(maxAttempts: 2);
        request.Decline(1, "busy", Requests.Now);
        Assert.That((request.State.FailedAttempts, request.State.Failure!.Code), Is.EqualTo((0, "busy")));

        request.Dispatch(Requests.Worker, 10, Requests.Now);
        request.Fail(2, Requests.Crash, Requests.Now);
        Assert.That((request.State.FailedAttempts, request.State.Status), Is.EqualTo((1, RequestStatus.Queued)));

        request.Dispatch(Requests.Worker, 10, Requests.Now);
        request.Fail(3, Requests.Crash, Requests.Now);
        Assert.That((request.State.FailedAttempts, request.State.Status), Is.EqualTo((2, RequestStatus.Failed)));
        Assert.That((request.State.Failure, request.State.EndedAt), Is.EqualTo((Requests.Crash, (DateTimeOffset?)Requests.Now)));
    }

    [Test]
    public void When_the_last_attempt_is_overdue_the_request_has_timed_out()
    {
        var request = Requests.Dispatched(maxAttempts: 1);
        request.Expire(Late);
        Assert.That((request.State.Status, request.State.Failure!.Code), Is.EqualTo((RequestStatus.TimedOut, "not_acknowledged")));
    }

    [TestCase(RequestStatus.Queued, "no_worker")]
    [TestCase(RequestStatus.Dispatched, "not_acknowledged")]
    [TestCase(RequestStatus.Acknowledged, "first_token_late")]
    [TestCase(RequestStatus.Streaming, "completion_late")]
    public void What_was_overdue_is_named(RequestStatus status, string code)
    {
        var request = Requests.At(status);
        request.Expire(Late);
        Assert.That(request.State.Failure!.Code, Is.EqualTo(code));
    }

    [Test]
    public void A_prompt_that_was_too_long_begins_later_in_the_next_attempt()
    {
        var request = Requests.Dispatched(maxAttempts: 2);
        var from = new MessageId(Guid.NewGuid());
        request.Shorten(1, from, Requests.Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.State.Status, Is.EqualTo(RequestStatus.Queued));
            Assert.That(request.State.Settings.ContextFrom, Is.EqualTo(from));
            Assert.That(request.State.FailedAttempts, Is.EqualTo(1));
        }

        request.Dispatch(Requests.Worker, 10, Requests.Now);
        Assert.That(Refusals.Code(() => request.Shorten(2, from, Requests.Now)), Is.EqualTo("attempts_spent"));
    }

    [TestCase(1, 3)]
    [TestCase(2, 3)]
    [TestCase(0, 1)]
    public void Chunks_that_do_not_follow_on_are_refused_and_change_nothing(int first, int second)
    {
        var request = Requests.Streaming();
        var (state, chunks) = (request.State, new[] { Requests.Chunk(first, "a"), Requests.Chunk(second, "b") });
        Assert.That(Refusals.Code(() => request.RecordChunks(1, chunks, Requests.Now)), Is.EqualTo("chunk_out_of_order"));
        Assert.That(request.State, Is.SameAs(state));
    }

    [Test]
    public void Text_that_has_arrived_is_placed_after_what_is_carried_over()
    {
        var request = Requests.Dispatched(carried: "Once upon");
        var pieces = request.RecordChunks(1, [Requests.Chunk(0, " a"), Requests.Chunk(1, " time")], Requests.Now);
        Assert.That(pieces, Is.EqualTo([new ReplyPiece(0, ChunkKind.Text, 9, " a time")]));
        Assert.That(request.State.NextChunk, Is.EqualTo(2));
    }

    [Test]
    public void Events_are_numbered_from_1_without_gaps_across_attempts_and_the_end()
    {
        var request = Requests.Queued();
        List<long> ids = [request.AddReplyEvent()];
        request.Dispatch(Requests.Worker, 1, Requests.Now);
        ids.Add(request.AddReplyEvent());
        request.Decline(1, "busy", Requests.Now);
        request.Cancel(Requests.Now);
        ids.Add(request.AddReplyEvent());
        Assert.That(ids, Is.EqualTo([1L, 2L, 3L]));
    }

    [Test]
    public void Completing_forgets_why_earlier_attempts_came_to_nothing()
    {
        var request = Requests.Dispatched();
        request.Fail(1, Requests.Crash, Requests.Now);
        request.Dispatch(Requests.Worker, 1, Requests.Now);
        request.Complete(2, Requests.Now);
        Assert.That((request.State.Failure, request.State.EndedAt), Is.EqualTo(((MessageError?)null, (DateTimeOffset?)Requests.Now)));
    }
}
