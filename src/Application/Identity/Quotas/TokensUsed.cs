using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>How many tokens the database knows of, in the window of this limit that runs now.</summary>
public delegate ValueTask<int> TokensUsed((Limit Limit, string Subject) asked, CancellationToken cancellationToken);
