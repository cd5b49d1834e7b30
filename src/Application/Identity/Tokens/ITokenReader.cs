namespace MeatLizard.Application.Identity.Tokens;

/// <summary>Reads bearer tokens of the configured issuer.</summary>
public interface ITokenReader
{
    bool IsConfigured { get; }

    /// <summary>What is said in it; null when it is not to be believed, which the log then has the reason of.</summary>
    ValueTask<TokenClaims?> Read(string token, CancellationToken cancellationToken);
}
