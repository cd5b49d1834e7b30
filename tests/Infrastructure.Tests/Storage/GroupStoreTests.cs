using MeatLizard.Application.Identity.Groups;
using MeatLizard.Domain.Identity;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class GroupStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_group_comes_back_with_those_who_are_in_it()
    {
        var group = await Given($"Ünal's 🦎 {Guid.NewGuid()}");
        var (one, two) = (await GivenUser(), await GivenUser());
        var scope = Begin();
        foreach (var user in new[] { one, two, one })
        {
            scope.Get<IGroupStore>().Join(group.State.Id, user);
        }

        await scope.Commit();
        scope.Get<IGroupStore>().Join(group.State.Id, one);
        scope.Get<IGroupStore>().Leave(group.State.Id, two);
        scope.Get<IGroupStore>().Leave(group.State.Id, new(Guid.CreateVersion7()));
        await scope.Commit();

        var store = Begin().Get<IGroupStore>();
        Assert.That((await store.Find(group.State.Id, Token))!.State, Is.EqualTo(group.State));
        Assert.That((await store.Members(group.State.Id, Token)).Select(member => member.User.Id), Is.EqualTo(new[] { one }));
        Assert.That(await store.GroupsOf(one, Token), Is.EqualTo(new[] { group.State.Id }));
        Assert.That(await store.GroupsOf(two, Token), Is.Empty);
        Assert.That(await store.List(Token), Does.Contain(new GroupOverview(group.State, 1)));
        Assert.That(await store.Find(new(Guid.CreateVersion7()), Token), Is.Null);
    }

    [Test]
    public async Task A_name_is_taken_once()
    {
        var name = $"{Guid.NewGuid()}";
        await Given(name);
        Assert.That(() => Given(name), DuplicateIn("user_group"));
        var other = await Given($"{Guid.NewGuid()}");
        var scope = Begin();
        other.Rename(name);
        scope.Get<IGroupStore>().Save(other);
        Assert.That(() => scope.Commit(), DuplicateIn("user_group"));
    }

    [Test]
    public async Task A_group_goes_with_everybodys_being_in_it()
    {
        var group = await Given($"{Guid.NewGuid()}");
        var user = await GivenUser();
        var scope = Begin();
        scope.Get<IGroupStore>().Join(group.State.Id, user);
        await scope.Commit();
        scope.Get<IGroupStore>().Remove(group.State.Id);
        await scope.Commit();
        Assert.That(await Begin().Get<IGroupStore>().Find(group.State.Id, Token), Is.Null);
        Assert.That(await Begin().Get<IGroupStore>().GroupsOf(user, Token), Is.Empty);
    }

    private async Task<UserGroup> Given(string name)
    {
        var scope = Begin();
        var group = UserGroup.Form(new() { Id = new(NewId()), Name = name, CreatedAt = Now });
        scope.Get<IGroupStore>().Save(group);
        await scope.Commit();
        return group;
    }
}
