using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>What comes in on a socket; which fields are needed follows from the type.</summary>
/// <param name="Id">The caller's own, echoed in the answer.</param>
/// <param name="Requests">With resume: the last event received of each request; 0 for all.</param>
internal sealed record SocketRequest(
    [property: JsonConverter(typeof(SnakeCase<SocketVerb>))] SocketVerb Type,
    string Id,
    Guid? SessionId = null,
    MessageContent? Content = null,
    string? ClientMessageId = null,
    Guid? RequestId = null,
    IReadOnlyDictionary<Guid, long>? Requests = null,
    bool Html = false);
