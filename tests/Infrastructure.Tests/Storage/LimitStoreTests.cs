using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class LimitStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task Limits_are_kept_by_scope_measure_and_window()
    {
        var minute = new Limit("user", Guid.NewGuid().ToString(), TimeSpan.FromMinutes(1), 5);
        var scope = Begin();
        var tokens = minute with { Measure = LimitMeasure.Tokens, Amount = 1_000_000_000 };
        var open = new Limit("user", minute.ScopeId, TimeSpan.Zero, 2) { Measure = LimitMeasure.Concurrency };
        scope.Get<ILimitStore>().Save(minute);
        scope.Get<ILimitStore>().Save(tokens);
        scope.Get<ILimitStore>().Save(open);
        scope.Get<ILimitStore>().Save(minute with { Window = TimeSpan.FromHours(1), Amount = 50 });
        await scope.Commit();
        scope.Get<ILimitStore>().Save(minute with { Amount = 6 });
        scope.Get<ILimitStore>().Remove(minute with { Window = TimeSpan.FromHours(1) });
        await scope.Commit();

        Assert.That(
            (await Begin().Get<ILimitStore>().List(Token)).Where(limit => limit.ScopeId == minute.ScopeId),
            Is.EquivalentTo(new[] { minute with { Amount = 6 }, tokens, open }));

        scope.Get<ILimitStore>().Remove(tokens);
        await scope.Commit();
        Assert.That((await Begin().Get<ILimitStore>().List(Token)).Where(limit => limit.ScopeId == minute.ScopeId), Has.Exactly(2).Items);
        scope.Get<ILimitStore>().RemoveAll("user", minute.ScopeId);
        await scope.Commit();
        Assert.That((await Begin().Get<ILimitStore>().List(Token)).Where(limit => limit.ScopeId == minute.ScopeId), Is.Empty);
    }

    [Test]
    public async Task Tokens_are_counted_by_user_group_key_place_and_model_in_their_time()
    {
        var (one, two) = (await GivenUser(), await GivenUser());
        var group = UserGroup.Form(new() { Id = new(NewId()), Name = $"{Guid.NewGuid()}", CreatedAt = Now });
        var (key, place, model) = (new ApiKeyId(NewId()), new PlaceId(NewId()), $"{Guid.NewGuid()}");
        var scope = Begin();
        scope.Get<IGroupStore>().Save(group);
        scope.Get<IGroupStore>().Join(group.State.Id, one);
        scope.Get<IGroupStore>().Join(group.State.Id, two);
        var log = scope.Get<IUsageLog>();
        log.Add(new(new(NewId()), one, model, new(1, 2), Now.AddTicks(-10)));
        log.Add(new(new(NewId()), one, model, new(10, 20, 5), Now) { Key = key });
        log.Add(new(new(NewId()), one, "other", new(100, 200), Now.AddMinutes(1)) { Place = place });
        log.Add(new(new(NewId()), two, model, new(1000, 2000), Now.AddMinutes(1)) { Key = key, Place = place });
        log.Add(new(new(NewId()), two, model, new(5000, 5000), Now.AddMinutes(2)));
        await scope.Commit();

        var counts = Begin().Get<ITokenCounts>();
        async Task<long> Count(string kind, object subject) => await counts.Count(
            new(kind, "*", TimeSpan.FromMinutes(2), 1) { Measure = LimitMeasure.Tokens }, $"{subject}", Now, Now.AddMinutes(2), Token);
        Assert.That(await Count(Limit.User, one), Is.EqualTo(330));
        Assert.That(await Count(Limit.User, two), Is.EqualTo(3000));
        Assert.That(await Count(Limit.Group, group.State.Id), Is.EqualTo(3330));
        Assert.That(await Count(Limit.Key, key), Is.EqualTo(3030));
        Assert.That(await Count(Limit.Place, place), Is.EqualTo(3300));
        Assert.That(await Count(Limit.Model, model), Is.EqualTo(3030));
        Assert.That(await Count(Limit.Key, NewId()), Is.Zero);
    }

    [Test]
    public async Task The_first_start_writes_the_limits_for_everyone() => Assert.That(
        (await Begin().Get<ILimitStore>().List(Token)).Where(limit => limit.ScopeId == Limit.Everyone),
        Is.EquivalentTo(new Limit[]
        {
            new("user", "*", TimeSpan.FromMinutes(1), 60),
            new("user", "*", TimeSpan.FromHours(1), 1000),
            new("address", "*", TimeSpan.FromMinutes(1), 60),
            new("address", "*", TimeSpan.FromHours(1), 1000),
        }));
}
