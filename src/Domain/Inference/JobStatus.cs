namespace MeatLizard.Domain.Inference;

public enum JobStatus
{
    Accepted,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
