using MeatLizard.Domain.Inference;

namespace MeatLizard.Domain.Tests.Inference;

internal sealed class InferenceJobTests
{
    [Test]
    public void Every_verb_in_every_state() => new StateTable<InferenceJob, InferenceJobState>
    {
        States = Enum.GetValues<JobStatus>().ToDictionary(status => $"{status}", status => (Func<InferenceJob>)(() => At(status))),
        Name = job => $"{job.State.Status}",
        Births = [nameof(InferenceJob.Accept)],
        Verbs = new Dictionary<string, Action<InferenceJob>>
        {
            ["Start"] = job => job.Start(),
            ["ProduceChunk"] = job => job.ProduceChunk(),
            ["Succeed"] = job => job.Succeed(),
            ["Fail"] = job => job.Fail("engine_crashed"),
            ["Cancel"] = job => job.Cancel(),
        },
    }.Holds(
        """
                     | Accepted    | Running     | Succeeded | Failed    | Cancelled
        Start        | Running     | wrong_state | job_ended | job_ended | job_ended
        ProduceChunk | wrong_state | Running     | job_ended | job_ended | job_ended
        Succeed      | wrong_state | Succeeded   | job_ended | job_ended | job_ended
        Fail         | Failed      | Failed      | job_ended | job_ended | job_ended
        Cancel       | Cancelled   | Cancelled   | job_ended | job_ended | job_ended
        """);

    [Test]
    public void Chunks_are_numbered_from_0_without_gaps()
    {
        var job = At(JobStatus.Running);
        Assert.That(Enumerable.Range(0, 3).Select(_ => job.ProduceChunk()), Is.EqualTo([0, 1, 2]));
    }

    [Test]
    public void A_job_is_open_until_it_has_ended() => Assert.That(
        Enum.GetValues<JobStatus>().Where(status => At(status).IsOpen),
        Is.EqualTo([JobStatus.Accepted, JobStatus.Running]));

    [Test]
    public void A_failed_job_keeps_its_code()
    {
        var job = At(JobStatus.Running);
        job.Fail("engine_silent");
        Assert.That(job.State.FailureCode, Is.EqualTo("engine_silent"));
    }

    [Test]
    public void What_is_accepted_is_not_stored_yet()
    {
        var job = InferenceJob.Accept(new(Guid.NewGuid()), 2, "tiny");
        Assert.That((job.State.Status, job.State.Attempt, job.Version, job.StoredVersion), Is.EqualTo((JobStatus.Accepted, 2, 1L, 0L)));
    }

    private static InferenceJob At(JobStatus status) => new(
        new InferenceJobState { RequestId = new(Guid.Empty), Attempt = 1, Model = "tiny", Status = status },
        storedVersion: 7);
}
