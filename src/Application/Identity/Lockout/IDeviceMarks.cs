namespace MeatLizard.Application.Identity.Lockout;

/// <summary>
/// By which a browser is known again in which somebody has signed in: it has its own tries, so that a stranger who uses up all others keeps
/// nobody out of their account. A mark lets nobody in.
/// </summary>
public interface IDeviceMarks
{
    /// <summary>Another one for each sign-in.</summary>
    /// <param name="account">As it signs in.</param>
    string Make(string account);

    /// <summary>The browser's name; null when the mark is not this account's, or none of ours.</summary>
    string? Read(string account, string? mark);
}
