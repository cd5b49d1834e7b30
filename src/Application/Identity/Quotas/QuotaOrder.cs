using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>An answer that is about to be opened.</summary>
/// <param name="Place">Null where there is none: a call without a session.</param>
/// <param name="Model">That will probably answer; null when nobody is there who could.</param>
/// <param name="Tokens">That it may cost.</param>
/// <param name="Until">When it has ended at the latest.</param>
public sealed record QuotaOrder(RequestId Answer, Actor Actor, PlaceId? Place, string? Model, int Tokens, DateTimeOffset Until);
