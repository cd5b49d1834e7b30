namespace MeatLizard.Application.Identity.Tokens;

/// <summary>Why a token is not taken: for the log. Whoever sent it is told that it is not valid, and no more.</summary>
public enum TokenFault
{
    Oversized,
    Malformed,
    Header,
    Algorithm,
    Type,
    Key,
    KeysUnavailable,
    Signature,
    Expired,
    NotYetValid,
    Issuer,
    Audience,
    Claims,
    UnknownUser,
}
