using FsCheck;
using FsCheck.Fluent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class RelayRequestDeadlineTests
{
    private static readonly RelayDeadlines Within = Requests.Deadlines;

    private static readonly Action<RelayRequest, DateTimeOffset>[] Steps =
    [
        (request, now) => request.Dispatch(Requests.Worker, 1, now),
        (request, now) => request.Dispatch(Requests.Worker, 1, now),
        (request, now) => request.Acknowledge(request.State.Attempt, now),
        (request, now) => request.ReportProgress(request.State.Attempt, now),
        (request, now) => request.RecordChunks(request.State.Attempt, [Requests.Chunk(request.State.NextChunk, "a")], now),
        (request, now) => request.Decline(request.State.Attempt, "busy", now),
        (request, now) => request.Fail(request.State.Attempt, Requests.Crash, now),
        (request, now) => request.Shorten(request.State.Attempt, new(Guid.Empty), now),
        (request, now) => request.Expire(now),
        (request, now) => request.Acknowledge(request.State.Attempt - 1, now),
        (request, now) => request.Complete(request.State.Attempt, now),
        (request, now) => request.Cancel(now),
    ];

    [Test]
    public void Each_step_has_its_own_time()
    {
        var request = Requests.Queued();
        Assert.That(request.State.Deadline, Is.EqualTo(Requests.Now + Within.QueueWithin));

        var given = Requests.Now.AddMinutes(1);
        request.Dispatch(Requests.Worker, 1, given);
        Assert.That(request.State.Deadline, Is.EqualTo(given + Within.AcknowledgeWithin));

        var taken = given.AddSeconds(1);
        request.Acknowledge(1, taken);
        Assert.That(request.State.Deadline, Is.EqualTo(taken + Within.FirstTokenWithin));

        request.RecordChunks(1, [Requests.Chunk(0, "a")], taken.AddSeconds(1));
        Assert.That(request.State.Deadline, Is.EqualTo(given + Within.CompleteWithin));
    }

    [Test]
    public void Progress_holds_the_wait_for_the_first_token_open()
    {
        var request = Requests.Dispatched();
        var now = Requests.Now;
        for (var i = 0; i < 5; i++)
        {
            now += Within.FirstTokenWithin - TimeSpan.FromSeconds(1);
            request.ReportProgress(1, now);
            Assert.That(request.State.Deadline, Is.EqualTo(now + Within.FirstTokenWithin));
        }

        Assert.That(request.State.AcknowledgedAt, Is.EqualTo(Requests.Now + Within.FirstTokenWithin - TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void Progress_never_holds_an_answer_open_longer_than_an_answer_may_take()
    {
        var request = Requests.Dispatched();
        request.ReportProgress(1, Requests.Now + Within.CompleteWithin - TimeSpan.FromSeconds(1));
        Assert.That(request.State.Deadline, Is.EqualTo(Requests.Now + Within.CompleteWithin));
    }

    [Test]
    public void An_answer_as_a_whole_has_its_time_from_the_first_dispatch_on()
    {
        var request = Requests.Dispatched();
        request.Fail(1, Requests.Crash, Requests.Now.AddMinutes(1));
        request.Dispatch(Requests.Worker, 1, Requests.Now.AddMinutes(2));
        Assert.That(request.State.CompleteBy, Is.EqualTo(Requests.Now + Within.CompleteWithin));
    }

    [Test]
    public void A_request_that_everybody_declines_ends_all_the_same()
    {
        var request = Requests.Queued();
        var now = Requests.Now;
        while (request.State.IsOpen && now < Requests.Now.AddHours(1))
        {
            request.Dispatch(Requests.Worker, 1, now);
            request.Decline(request.State.Attempt, "busy", now);
            now += TimeSpan.FromSeconds(2);
            if (now >= request.State.Deadline)
            {
                request.Expire(now);
            }
        }

        Assert.That((request.State.Status, request.State.Failure!.Code), Is.EqualTo((RequestStatus.TimedOut, "no_worker")));
        Assert.That(request.State.EndedAt, Is.LessThanOrEqualTo(Requests.Now + Within.CompleteWithin + TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void Nobody_else_is_asked_when_the_time_for_the_whole_answer_is_up()
    {
        var request = Requests.Dispatched(maxAttempts: 9);
        request.Expire(Requests.Now + Within.CompleteWithin);
        Assert.That(request.State.Status, Is.EqualTo(RequestStatus.TimedOut));
    }

    /// <summary>Whatever is said in whatever order: the end is final, text is kept, no step outlasts the answer.</summary>
    [Test]
    public void No_sequence_of_verbs_breaks_the_rules() => Prop.ForAll(
        Gen.Choose(0, Steps.Length - 1).Zip(Gen.Choose(0, 12)).ArrayOf(40).ToArbitrary(),
        script =>
        {
            var request = Requests.Queued(maxAttempts: 3);
            var now = Requests.Now;
            foreach (var (step, pause) in script)
            {
                var before = request.State;
                now += TimeSpan.FromSeconds(pause * pause);
                try
                {
                    Steps[step](request, now);
                }
                catch (DomainException)
                {
                    Assert.That(request.State, Is.SameAs(before));
                }

                var after = request.State;
                Assert.That(before.IsOpen || after == before, "Terminal is terminal.");
                Assert.That((before.Status, after.Status), Is.Not.EqualTo((RequestStatus.Streaming, RequestStatus.Queued)));
                Assert.That(after.Attempt, Is.GreaterThanOrEqualTo(before.Attempt));
                Assert.That(after.FailedAttempts, Is.LessThanOrEqualTo(after.MaxAttempts));
                Assert.That(after.CompleteBy is null || after.Deadline <= after.CompleteBy, "No step outlasts the answer.");
                Assert.That(after.IsOpen, Is.EqualTo(after.EndedAt is null));
            }
        }).QuickCheckThrowOnFailure();
}
