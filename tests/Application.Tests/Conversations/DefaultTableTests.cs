using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MeatLizard.Application.Tests.Conversations;

/// <summary>Defaults are read once for many turns, and never for long.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DefaultTableTests
{
    private static readonly PlaceId Channel = new(Guid.CreateVersion7());
    private static readonly PlaceId Guild = new(Guid.CreateVersion7());

    private readonly StoppedClock _clock = new();
    private readonly Mock<IDefaultStore> _defaults = new();
    private readonly Mock<IPlaceStore> _places = new();
    private DefaultTable _table = null!;
    private string? _model = "first";

    private static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Make()
    {
        _model = "first";
        _defaults.Setup(one => one.Find(Stage.Anna, It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => new UserDefaults(Stage.Anna) { Model = _model });
        _defaults.Setup(one => one.FindModel(It.IsAny<CancellationToken>())).ReturnsAsync(() => _model);
        _places.Setup(one => one.List(It.IsAny<CancellationToken>())).ReturnsAsync(
        [
            Place(Channel, "channel", Guild),
            Place(Guild, "guild", Channel),
        ]);
        var services = new ServiceCollection().AddScoped(_ => _defaults.Object).AddScoped(_ => _places.Object).BuildServiceProvider();
        _table = new(services.GetRequiredService<IServiceScopeFactory>(), _clock);
    }

    [Test]
    public async Task What_is_changed_elsewhere_holds_after_five_seconds()
    {
        Assert.That(await Models(), Is.EqualTo(("first", "first")));
        _model = "second";
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(await Models(), Is.EqualTo(("first", "first")));
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(await Models(), Is.EqualTo(("second", "second")));
    }

    [Test]
    public async Task What_is_changed_here_holds_at_once()
    {
        Assert.That(await Models(), Is.EqualTo(("first", "first")));
        _model = "second";
        _table.Forget(Stage.Anna);
        Assert.That(await Models(), Is.EqualTo(("second", "first")));
        _table.Forget();
        Assert.That(await Models(), Is.EqualTo(("second", "second")));
    }

    [Test]
    public async Task What_was_read_before_a_change_and_comes_after_it_is_not_kept()
    {
        var isRead = new TaskCompletionSource<string?>();
        _defaults.SetupSequence(one => one.FindModel(It.IsAny<CancellationToken>())).Returns(isRead.Task).ReturnsAsync("second");
        var slow = _table.Load(Token).AsTask();
        _table.Forget();
        isRead.SetResult("first");
        Assert.That((await slow).Model, Is.EqualTo("first"), "Whoever asked before the change may be told so.");
        Assert.That((await _table.Load(Token)).Model, Is.EqualTo("second"));
    }

    [Test]
    public async Task Places_are_walked_through_from_the_inside_out_and_never_in_a_circle()
    {
        var places = (await _table.Load(Token)).Around(Channel).Select(place => place.Name);
        Assert.That(places, Is.EqualTo(new[] { "channel", "guild" }));
        Assert.That((await _table.Load(Token)).Around(new(Guid.Empty)), Is.Empty);
        Assert.That((await _table.Load(Token)).Around(null), Is.Empty);
    }

    private async Task<(string?, string?)> Models() => ((await _table.Of(Stage.Anna, Token)).Model, (await _table.Load(Token)).Model);

    private static Place Place(PlaceId id, string name, PlaceId parent) =>
        new() { Id = id, Kind = PlaceKind.Channel, ExternalId = name, Name = name, ParentId = parent };
}
