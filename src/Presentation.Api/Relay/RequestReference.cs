using System.Text.Json.Serialization;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>A request, as much of it as a caller needs to follow it.</summary>
internal sealed record RequestReference(
    Guid Id,
    [property: JsonConverter(typeof(SnakeCase<RequestProgress>))] RequestProgress State,
    string EventsUrl)
{
    public static RequestReference To(RelayRequestState request) => new(request.Id.Value, StateOf(request.Status), EventsUrlOf(request.Id));

    public static string EventsUrlOf(RequestId id) => $"/api/v1/requests/{id}/events";

    /// <summary>Which step of the relay a running request has reached is none of its caller's business.</summary>
    public static RequestProgress StateOf(RequestStatus status) => status switch
    {
        RequestStatus.Queued => RequestProgress.Queued,
        RequestStatus.Completed => RequestProgress.Completed,
        RequestStatus.Failed or RequestStatus.TimedOut => RequestProgress.Failed,
        RequestStatus.Cancelled => RequestProgress.Cancelled,
        _ => RequestProgress.Running,
    };
}
