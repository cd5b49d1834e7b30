using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Inference;

/// <summary>A worker's side of one attempt. A refusal is an answer, never a job; there is one job per request and attempt.</summary>
public sealed class InferenceJob(InferenceJobState state, long storedVersion) : AggregateRoot<InferenceJobState>(state, storedVersion)
{
    public static InferenceJob Accept(RequestId request, int attempt, string model)
    {
        var job = new InferenceJob(
            new InferenceJobState { RequestId = request, Attempt = attempt, Model = model, Status = JobStatus.Accepted },
            storedVersion: 0);
        job.Apply(job.State, new JobAccepted(request, attempt));
        return job;
    }

    public bool IsOpen => State.Status is JobStatus.Accepted or JobStatus.Running;

    public void Start()
    {
        Require(JobStatus.Accepted);
        Apply(State with { Status = JobStatus.Running }, new JobStarted(State.RequestId, State.Attempt));
    }

    /// <returns>The chunk's sequence.</returns>
    public int ProduceChunk()
    {
        Require(JobStatus.Running);
        var sequence = State.NextChunk;
        Apply(State with { NextChunk = sequence + 1 }, new ChunkProduced(State.RequestId, State.Attempt, sequence));
        return sequence;
    }

    public void Succeed()
    {
        Require(JobStatus.Running);
        Apply(State with { Status = JobStatus.Succeeded }, new JobSucceeded(State.RequestId, State.Attempt));
    }

    public void Fail(string code)
    {
        Require(JobStatus.Accepted, JobStatus.Running);
        Apply(State with { Status = JobStatus.Failed, FailureCode = code }, new JobFailed(State.RequestId, State.Attempt, code));
    }

    public void Cancel()
    {
        Require(JobStatus.Accepted, JobStatus.Running);
        Apply(State with { Status = JobStatus.Cancelled }, new JobCancelled(State.RequestId, State.Attempt));
    }

    private void Require(params ReadOnlySpan<JobStatus> allowed)
    {
        if (!allowed.Contains(State.Status))
        {
            throw new DomainException(
                IsOpen ? "wrong_state" : "job_ended",
                $"A job that is {State.Status} does not allow this.");
        }
    }
}
