namespace MeatLizard.Presentation.Api.Relay;

/// <summary>How far a request has come, to its caller.</summary>
internal enum RequestProgress
{
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}
