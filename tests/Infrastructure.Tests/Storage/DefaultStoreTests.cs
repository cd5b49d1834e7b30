using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class DefaultStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_user_s_defaults_are_kept_each_by_itself()
    {
        var (one, two) = (await GivenUser(), await GivenUser());
        Assert.That(await Begin().Get<IDefaultStore>().Find(one, Token), Is.EqualTo(new UserDefaults(one)));

        var (first, second) = (Begin(), Begin());
        first.Get<IDefaultStore>().SetModel(one, "tiny");
        second.Get<IDefaultStore>().SetSystemPrompt(one, "Be brief. \u00fc\u4e2d");
        await second.Commit();
        await first.Commit();
        Assert.That(
            await Begin().Get<IDefaultStore>().Find(one, Token),
            Is.EqualTo(new UserDefaults(one) { Model = "tiny", SystemPrompt = "Be brief. \u00fc\u4e2d" }));
        Assert.That(await Begin().Get<IDefaultStore>().Find(two, Token), Is.EqualTo(new UserDefaults(two)));

        first.Get<IDefaultStore>().SetModel(one, null);
        first.Get<IDefaultStore>().SetSystemPrompt(one, "");
        await first.Commit();
        Assert.That(await Begin().Get<IDefaultStore>().Find(one, Token), Is.EqualTo(new UserDefaults(one) { SystemPrompt = "" }));
    }

    [Test]
    public async Task Who_leaves_takes_their_defaults_along()
    {
        var (gone, stays) = (await GivenUser(), await GivenUser());
        var scope = Begin();
        scope.Get<IDefaultStore>().SetSystemPrompt(gone, "secret");
        scope.Get<IDefaultStore>().SetSystemPrompt(stays, "kept");
        await scope.Commit();
        scope.Get<IDepartureStore>().RemoveAll(gone);
        await scope.Commit();
        Assert.That((await Begin().Get<IDefaultStore>().Find(gone, Token)).SystemPrompt, Is.Null);
        Assert.That((await Begin().Get<IDefaultStore>().Find(stays, Token)).SystemPrompt, Is.EqualTo("kept"));
    }

    [Test]
    public async Task The_installation_has_one_default()
    {
        Assert.That(await Begin().Get<IDefaultStore>().FindModel(Token), Is.Null);
        foreach (var model in new[] { "tiny", "large", null })
        {
            var scope = Begin();
            scope.Get<IDefaultStore>().SetModel(model);
            await scope.Commit();
            Assert.That(await Begin().Get<IDefaultStore>().FindModel(Token), Is.EqualTo(model));
        }
    }

    [Test]
    public async Task A_place_s_model_is_changed_and_nothing_else_of_it()
    {
        var place = new Place
        {
            Id = new(Guid.CreateVersion7()),
            Kind = PlaceKind.Channel,
            ExternalId = "c77",
            Name = "a channel",
            Persona = "pirate",
            Retention = TimeSpan.FromDays(3),
        };
        var scope = Begin();
        scope.Get<IPlaceStore>().Save(place);
        await scope.Commit();
        scope.Get<IPlaceStore>().SetModel(place.Id, "tiny");
        await scope.Commit();
        var store = Begin().Get<IPlaceStore>();
        Assert.That(await store.Find(place.Id, Token), Is.EqualTo(place with { Model = "tiny" }));
        Assert.That((await store.List(Token)).Select(one => (one.Kind, one.Name)), Is.SupersetOf(new[] { (PlaceKind.Channel, "a channel"), (PlaceKind.Web, "Web") }));
        Assert.That(await store.Find(new PlaceId(Guid.CreateVersion7()), Token), Is.Null);

        scope.Get<IPlaceStore>().SetModel(place.Id, null);
        await scope.Commit();
        Assert.That(await store.Find(place.Id, Token), Is.EqualTo(place));
    }

    [TestCase(null)]
    [TestCase(ModelLevel.User)]
    [TestCase(ModelLevel.Installation)]
    public async Task Who_chose_a_request_s_model_is_kept_with_it(ModelLevel? level)
    {
        var session = await GivenSession();
        var scope = Begin();
        var request = RelayRequest.Queue(Order(session.State) with { Settings = new() { Model = "tiny", ChosenBy = level } }, Now);
        scope.Get<IRequestStore>().Save(request);
        await scope.Commit();
        Assert.That((await Begin().Get<IRequestStore>().Find(request.State.Id, Token))!.State.Settings.ChosenBy, Is.EqualTo(level));
    }
}
