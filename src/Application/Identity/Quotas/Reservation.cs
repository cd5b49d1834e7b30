namespace MeatLizard.Application.Identity.Quotas;

/// <summary>What is held for an answer while it is open.</summary>
/// <param name="Answer">The request's id.</param>
/// <param name="Tokens">That it may cost, from 0.</param>
/// <param name="Until">Not settled by then, it is given up: whoever held it is dead.</param>
public sealed record Reservation(Guid Answer, int Tokens, DateTimeOffset Until);
