using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class PeopleStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_user_and_their_identities_come_back()
    {
        var scope = Begin();
        var user = User.Join(new(Guid.CreateVersion7()), "Ünal \"U\" 🦎", Role.Admin, Now);
        // The identity may be told before its user: references are looked at when all is written.
        var password = new Domain.Identity.Identity(Domain.Identity.Identity.Password, "u@example.org", user.State.Id, "hash");
        var discord = new Domain.Identity.Identity("discord", "123", user.State.Id, null);
        scope.Get<IUserStore>().AddIdentity(password);
        scope.Get<IUserStore>().AddIdentity(discord);
        scope.Get<IUserStore>().Save(user);
        await scope.Commit();
        user.Suspend();
        scope.Get<IUserStore>().Save(user);
        await scope.Commit();

        var store = Begin().Get<IUserStore>();
        Assert.That((await store.Find(user.State.Id, Token))!.State, Is.EqualTo(user.State));
        Assert.That(await store.FindIdentity("password", "u@example.org", Token), Is.EqualTo(password));
        Assert.That(await store.FindIdentity("discord", "123", Token), Is.EqualTo(discord));
        Assert.That(await store.FindIdentity("discord", "124", Token), Is.Null);
        Assert.That(await store.FindSubject(user.State.Id, "password", Token), Is.EqualTo("u@example.org"));
        Assert.That(await store.FindSubject(user.State.Id, "oidc", Token), Is.Null);
        Assert.That(await store.Find(new(Guid.CreateVersion7()), Token), Is.Null);
    }

    [Test]
    public async Task A_name_at_a_provider_is_taken_once()
    {
        var user = await GivenUser();
        await AddIdentity("taken", user);

        Assert.That(() => AddIdentity("taken", user), DuplicateIn("identity"));
    }

    [Test]
    public async Task Of_two_users_saved_at_once_from_the_same_version_one_is_told()
    {
        var id = await GivenUser();
        var one = Begin();
        var two = Begin();
        foreach (var scope in new[] { one, two })
        {
            var user = (await scope.Get<IUserStore>().Find(id, Token))!;
            user.Suspend();
            scope.Get<IUserStore>().Save(user);
        }

        await one.Commit();
        Assert.That(() => two.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
    }

    [Test]
    public async Task There_is_one_owner()
    {
        await using var fresh = await TestDatabase.Create(Storage.Kind);
        var scope = Begin(fresh.Services);
        Assert.That(await scope.Get<IUserStore>().HasOwner(Token), Is.False);
        scope.Get<IUserStore>().Save(User.Join(new(Guid.CreateVersion7()), "Ada", Role.Owner, Now));
        await scope.Commit();
        Assert.That(await scope.Get<IUserStore>().HasOwner(Token), Is.True);

        scope.Get<IUserStore>().Save(User.Join(new(Guid.CreateVersion7()), "Bob", Role.Owner, Now));
        Assert.That(() => scope.Commit(), DuplicateIn("app_user"));
        await CloseScopes();
    }

    [Test]
    public async Task A_key_comes_back_is_found_by_its_hash_and_listed_newest_first()
    {
        var user = await GivenUser();
        var old = await GivenKey(user, Now);
        var young = await GivenKey(user, Now.AddSeconds(1));
        var scope = Begin();
        young.Revoke(Now.AddSeconds(2));
        scope.Get<IApiKeyStore>().Save(young);
        await scope.Commit();
        var store = Begin().Get<IApiKeyStore>();

        Assert.That(Comparable((await store.Find(old.State.Id, Token))!.State), Is.EqualTo(Comparable(old.State)));
        Assert.That(Comparable((await store.FindByHash(young.State.Hash, Token))!.State), Is.EqualTo(Comparable(young.State)));
        Assert.That((await store.List(user, Token)).Select(key => key.Id), Is.EqualTo(new[] { young.State.Id, old.State.Id }));
        Assert.That(await store.FindByHash("none", Token), Is.Null);

    }

    [Test]
    public async Task A_rotated_key_comes_back_and_is_found_by_both_its_hashes()
    {
        var key = await GivenKey(await GivenUser(), Now);
        var (first, second, third) = (key.State.Hash, Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        var scope = Begin();
        scope.Get<IApiKeyStore>().Save(key);
        key.Rotate(second, "mlz_def", Now.AddHours(1), Now);
        await scope.Commit();
        var store = Begin().Get<IApiKeyStore>();
        foreach (var hash in new[] { first, second })
        {
            Assert.That(Comparable((await store.FindByHash(hash, Token))!.State), Is.EqualTo(Comparable(key.State)));
        }

        scope.Get<IApiKeyStore>().Save(key);
        key.Rotate(third, "mlz_ghi", Now.AddHours(2), Now);
        await scope.Commit();
        Assert.That(await store.FindByHash(first, Token), Is.Null);
        Assert.That((await store.FindByHash(second, Token))!.State.Id, Is.EqualTo(key.State.Id));
    }

    [Test]
    public async Task Noting_a_keys_use_disturbs_nobody_and_is_not_undone_by_a_save()
    {
        var key = await GivenKey(await GivenUser(), Now);
        await Begin().Get<IApiKeyStore>().Touch(key.State.Id, Now.AddMinutes(5), Token);
        key.Revoke(Now.AddMinutes(6));
        var scope = Begin();
        scope.Get<IApiKeyStore>().Save(key);
        await scope.Commit();

        var found = (await Begin().Get<IApiKeyStore>().Find(key.State.Id, Token))!.State;
        Assert.That((found.LastUsedAt, found.RevokedAt), Is.EqualTo((Now.AddMinutes(5), Now.AddMinutes(6))));
    }

    [Test]
    public async Task A_sign_in_is_found_until_it_is_removed_or_forgotten()
    {
        var user = await GivenUser();
        var kept = new SignIn("kept", user, Now, Now.AddDays(2));
        var old = new SignIn("old", user, Now, Now.AddDays(1));
        var left = new SignIn("left", user, Now, Now.AddDays(2));
        var scope = Begin();
        Array.ForEach([kept, old, left], scope.Get<ISignInStore>().Add);
        await scope.Commit();
        scope.Get<ISignInStore>().Remove("left");
        await scope.Commit();
        var store = Begin().Get<ISignInStore>();

        Assert.That(await store.Find("kept", Token), Is.EqualTo(kept));
        Assert.That(await store.Find("left", Token), Is.Null);
        Assert.That(await store.RemoveExpired(Now.AddDays(1), Token), Is.EqualTo(1));
        Assert.That(await store.Find("old", Token), Is.Null);
        Assert.That(await store.Find("kept", Token), Is.EqualTo(kept));
    }

    [Test]
    public async Task Sign_ins_are_listed_newest_first_and_ended_together_but_for_one()
    {
        var user = await GivenUser();
        SignIn At(string hash, int minute, int days = 2) =>
            new($"{hash} {user}", user, Now.AddMinutes(minute), Now.AddDays(days), minute == 1 ? "Lizard/1.0" : null);
        var scope = Begin();
        Array.ForEach([At("a", 1), At("b", 2), At("c", 3), At("gone", 4, days: 1)], scope.Get<ISignInStore>().Add);
        scope.Get<ISignInStore>().Add(new($"other {user}", await GivenUser(), Now, Now.AddDays(2)));
        await scope.Commit();
        Assert.That(await Begin().Get<ISignInStore>().List(user, Now.AddDays(1), Token), Is.EqualTo(new[] { At("c", 3), At("b", 2), At("a", 1) }));

        scope.Get<ISignInStore>().RemoveAll(user, At("b", 2).Hash);
        await scope.Commit();
        Assert.That(await Begin().Get<ISignInStore>().List(user, Now, Token), Is.EqualTo(new[] { At("b", 2) }));
        Assert.That(await Begin().Get<ISignInStore>().Find($"other {user}", Token), Is.Not.Null);
        scope.Get<ISignInStore>().RemoveAll(user, except: null);
        await scope.Commit();
        Assert.That(await Begin().Get<ISignInStore>().List(user, Now, Token), Is.Empty);
    }

    [Test]
    public async Task An_invitation_comes_back_is_found_by_its_hash_and_used_by_one_of_two()
    {
        var user = await GivenUser();
        var invitation = Invitation.Issue(new()
        {
            Id = new(NewId()),
            Hash = Guid.NewGuid().ToString("N"),
            Role = Role.Guest,
            Note = "Ünal 🦎",
            InvitedBy = user,
            CreatedAt = Now.AddYears(20),
            ExpiresAt = Now.AddYears(21),
        });
        var older = Invitation.Issue(invitation.State with { Id = new(NewId()), Hash = Guid.NewGuid().ToString("N"), Note = null, CreatedAt = Now.AddYears(19) });
        var scope = Begin();
        scope.Get<IInvitationStore>().Save(invitation);
        scope.Get<IInvitationStore>().Save(older);
        await scope.Commit();
        var store = Begin().Get<IInvitationStore>();
        Assert.That((await store.Find(invitation.State.Id, Token))!.State, Is.EqualTo(invitation.State));
        var first = await store.List(1, null, Token);
        Assert.That(first.Items, Is.EqualTo(new[] { invitation.State }));
        Assert.That((await store.List(1, first.NextCursor, Token)).Items, Is.EqualTo(new[] { older.State }));

        var both = new[] { Begin(), Begin() };
        foreach (var one in both)
        {
            var found = (await one.Get<IInvitationStore>().FindByHash(invitation.State.Hash, Token))!;
            found.Use(user, Now);
            one.Get<IInvitationStore>().Save(found);
        }

        await both[0].Commit();
        Assert.That(() => both[1].Commit(), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(
            (await store.FindByHash(invitation.State.Hash, Token))!.State, Is.EqualTo(invitation.State with { UsedBy = user, UsedAt = Now }));
        Assert.That(await store.FindByHash("none", Token), Is.Null);
    }

    [Test]
    public async Task A_recovery_link_is_used_once_replaced_by_the_next_and_forgotten_when_it_has_expired()
    {
        var user = await GivenUser();
        var first = new OpenRecovery(user, Guid.NewGuid().ToString("N"), Now.AddDays(1));
        var second = first with { Hash = Guid.NewGuid().ToString("N") };
        foreach (var link in new[] { first, second })
        {
            var scope = Begin();
            scope.Get<IRecoveryStore>().Offer(link);
            await scope.Commit();
        }

        Assert.That(await Begin().Get<IRecoveryStore>().Find(first.Hash, Token), Is.Null);
        Assert.That(await Begin().Get<IRecoveryStore>().Find(second.Hash, Token), Is.EqualTo(second));
        var one = Begin();
        var two = Begin();
        one.Get<IRecoveryStore>().Use(second.Hash);
        two.Get<IRecoveryStore>().Use(second.Hash);
        await one.Commit();
        Assert.That(() => two.Commit(), Throws.TypeOf<ConcurrencyConflictException>());

        one.Get<IRecoveryStore>().Offer(first);
        await one.Commit();
        _ = await Begin().Get<ISignInStore>().RemoveExpired(Now.AddDays(1), Token);
        Assert.That(await Begin().Get<IRecoveryStore>().Find(first.Hash, Token), Is.Null);
    }

    [Test]
    public async Task Users_are_listed_in_the_order_of_their_coming_with_their_address()
    {
        await using var fresh = await TestDatabase.Create(Storage.Kind);
        var scope = Begin(fresh.Services);
        User[] users = [.. new[] { "Ada", "Ben", "Cleo" }.Select((name, i) => User.Join(new(NewId()), name, Role.Member, Now.AddMinutes(-i)))];
        Array.ForEach(users, scope.Get<IUserStore>().Save);
        scope.Get<IUserStore>().AddIdentity(new(Domain.Identity.Identity.Password, "ben@example.org", users[1].State.Id, "hash"));
        scope.Get<IUserStore>().AddIdentity(new("discord", "123", users[1].State.Id, null));
        await scope.Commit();
        scope.Get<IUserStore>().SetSecret(Domain.Identity.Identity.Password, "ben@example.org", "another");
        await scope.Commit();

        var store = Begin(fresh.Services).Get<IUserStore>();
        Assert.That((await store.FindIdentity(Domain.Identity.Identity.Password, "ben@example.org", Token))!.SecretHash, Is.EqualTo("another"));
        var first = await store.List(2, null, Token);
        Assert.That(first.Items, Is.EqualTo(new[] { new Account(users[2].State, null), new Account(users[1].State, "ben@example.org") }));
        var second = await store.List(2, first.NextCursor, Token);
        Assert.That(second.Items, Is.EqualTo(new[] { new Account(users[0].State, null) }));
        Assert.That(second.NextCursor, Is.Null);
        Assert.That(() => store.List(2, "nonsense", Token), Throws.TypeOf<FormatException>());
        await CloseScopes();
    }

    [Test]
    public async Task A_setup_link_works_once_until_it_expires_and_a_new_one_replaces_it()
    {
        await SetLink("first");
        await SetLink("second");
        var store = Begin().Get<ISignInStore>();
        Assert.That(await store.IsSetupLink("first", Now, Token), Is.False);
        Assert.That(await store.IsSetupLink("second", Now, Token), Is.True);
        Assert.That(await store.IsSetupLink("second", Now.AddDays(1), Token), Is.False);

        var one = Begin();
        var two = Begin();
        one.Get<ISignInStore>().UseSetupLink("second");
        two.Get<ISignInStore>().UseSetupLink("second");
        await one.Commit();
        Assert.That(() => two.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(await store.IsSetupLink("second", Now, Token), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Whether_an_answer_was_a_kept_one_is_told(bool cached)
    {
        var entry = new UsageEntry(new RequestId(Guid.CreateVersion7()), await GivenUser(), "tiny", new(0, 0), Now) { IsCached = cached };
        var scope = Begin();
        scope.Get<IUsageLog>().Add(entry);
        await scope.Commit();
        Assert.That((await Begin().Get<IUsageLog>().List(entry.UserId, 10, null, Token)).Items, Is.EqualTo([entry]));
    }

    [Test]
    public async Task A_requests_cost_is_counted_once()
    {
        var entry = new UsageEntry(new RequestId(Guid.CreateVersion7()), await GivenUser(), null, new(1, 2, 3), Now);
        await Add(entry);

        Assert.That(() => Add(entry), DuplicateIn("usage_entry"));

        async Task Add(UsageEntry cost)
        {
            var scope = Begin();
            scope.Get<IUsageLog>().Add(cost);
            await scope.Commit();
        }
    }

    private async Task<ApiKey> GivenKey(UserId user, DateTimeOffset at)
    {
        var key = ApiKey.Issue(new ApiKeyState
        {
            Id = new(Guid.CreateVersion7()),
            UserId = user,
            Name = "laptop",
            Prefix = "mlz_abc",
            Hash = Guid.NewGuid().ToString("N"),
            Scopes = ["chat", "models"],
            Models = ["tiny", "org/large"],
            CreatedAt = at,
            ExpiresAt = at.AddDays(30),
        });
        var scope = Begin();
        scope.Get<IApiKeyStore>().Save(key);
        await scope.Commit();
        return key;
    }

    private static object Comparable(ApiKeyState state) =>
        (state with { Scopes = [], Models = [] }, string.Join(',', state.Scopes), string.Join(',', state.Models));

    private async Task AddIdentity(string subject, UserId user)
    {
        var scope = Begin();
        scope.Get<IUserStore>().AddIdentity(new("oidc", subject, user, null));
        await scope.Commit();
    }

    private async Task SetLink(string hash)
    {
        var scope = Begin();
        scope.Get<ISignInStore>().SetSetupLink(hash, Now.AddDays(1));
        await scope.Commit();
    }
}
