using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>What setting up, registering and signing in have in common.</summary>
internal sealed class Accounts(IUserStore users, ISignInStore signIns, IPasswordHasher passwords, IIdSource ids, TimeProvider time)
{
    private static readonly TimeSpan SignedInFor = TimeSpan.FromDays(30);

    /// <summary>A new user with a password, at the commit.</summary>
    public UserState Join(string email, string password, string? name, Role role)
    {
        var user = User.Join(new(ids.NewId()), name?.Trim() ?? email.Trim(), role, time.GetUtcNow());
        users.Save(user);
        users.AddIdentity(new(Domain.Identity.Identity.Password, AccountRules.Normalize(email), user.State.Id, passwords.Hash(password)));
        return user.State;
    }

    /// <summary>A sign-in, at the commit.</summary>
    public SignedIn SignIn(UserState user, string email)
    {
        var token = SecretToken.New();
        var now = time.GetUtcNow();
        signIns.Add(new(SecretToken.Hash(token), user.Id, now, now + SignedInFor));
        return new(new(user, AccountRules.Normalize(email)), token, now + SignedInFor);
    }
}
