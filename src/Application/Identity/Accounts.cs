using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;

namespace MeatLizard.Application.Identity;

/// <summary>What setting up, registering and signing in have in common.</summary>
internal sealed class Accounts(
    IUserStore users, ISignInStore signIns, IPasswordHasher passwords, IAuditLog audit, IIdSource ids, TimeProvider time)
{
    private const int LongestClient = 200;

    private static readonly TimeSpan SignedInFor = TimeSpan.FromDays(30);

    /// <summary>A new user with a password, at the commit.</summary>
    public UserState Join(string email, string password, string? name, Role role)
    {
        var user = User.Join(new(ids.NewId()), name?.Trim() ?? email.Trim(), role, time.GetUtcNow());
        users.Save(user);
        users.AddIdentity(new(Domain.Identity.Identity.Password, AccountRules.Normalize(email), user.State.Id, passwords.Hash(password)));
        return user.State;
    }

    /// <summary>Another password, at the commit; it ends the user's sign-ins.</summary>
    /// <param name="except">The hash of the one that stays, if any.</param>
    public void ChangePassword(UserId user, string email, string password, string? except = null)
    {
        users.SetSecret(Domain.Identity.Identity.Password, AccountRules.Normalize(email), passwords.Hash(password));
        signIns.RemoveAll(user, except);
    }

    /// <summary>A sign-in, at the commit, and with it its row in the audit log.</summary>
    /// <param name="how">What the audit log calls it.</param>
    /// <param name="client">What the browser calls itself; longer than 200 characters it is cut.</param>
    /// <param name="email">Null for somebody without a password.</param>
    public SignedIn SignIn(string how, UserState user, string? email, string? client)
    {
        var token = SecretToken.New();
        var now = time.GetUtcNow();
        audit.Add(AuditEntry.By(user.Id, user.Name, how, ids.NewId(), now));
        signIns.Add(new(SecretToken.Hash(token), user.Id, now, now + SignedInFor, Cut(client)));
        return new(new(user, email is null ? null : AccountRules.Normalize(email)), token, now + SignedInFor);
    }

    /// <summary>A header says what it likes: what is no text is left out.</summary>
    private static string? Cut(string? client)
    {
        var said = new string([.. (client ?? string.Empty).Where(c => c is >= ' ' and <= '~').Take(LongestClient)]).Trim();
        return said.Length == 0 ? null : said;
    }
}
