using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MeatLizard.Application.Tests.Conversations;

internal sealed class PlaceTableTests
{
    private static readonly Place Web = new() { Id = new(Guid.CreateVersion7()), Kind = PlaceKind.Web, ExternalId = "", Name = "Web" };

    private Mock<IPlaceStore> _store = null!;
    private StoppedTime _time = null!;
    private PlaceTable _table = null!;

    [SetUp]
    public void Start()
    {
        _store = new(MockBehavior.Strict);
        _store.Setup(store => store.Find(PlaceKind.Web, "", It.IsAny<CancellationToken>())).ReturnsAsync(Web);
        _time = new(Branches.Now);
        _table = new(new ServiceCollection().AddScoped(_ => _store.Object).BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), _time);
    }

    [Test]
    public async Task A_place_is_read_once_in_five_minutes()
    {
        await Find();
        _time.Now += TimeSpan.FromMinutes(4.9);
        Assert.That(await Find(), Is.EqualTo(Web));
        WasRead(1);
        _time.Now += TimeSpan.FromMinutes(0.1);
        await Find();
        WasRead(2);
    }

    [Test]
    public async Task What_is_changed_here_holds_at_once_and_others_are_told()
    {
        var told = 0;
        _table.Changed += () => told++;
        await Find();
        _table.Forget();
        await Find();
        WasRead(2);
        Assert.That(told, Is.EqualTo(1));
        _table.ForgetHere();
        await Find();
        WasRead(3);
        Assert.That(told, Is.EqualTo(1), "Whoever was told doesn't tell on.");
    }

    [Test]
    public async Task What_was_changed_while_it_was_read_is_read_again()
    {
        _store.Setup(store => store.Find(PlaceKind.Web, "", It.IsAny<CancellationToken>())).Callback(_table.Forget).ReturnsAsync(Web);
        await Find();
        await Find();
        WasRead(2);
    }

    [Test]
    public async Task A_place_that_there_is_not_is_looked_for_each_time()
    {
        _store.Setup(store => store.Find(PlaceKind.Web, "", It.IsAny<CancellationToken>())).ReturnsAsync((Place?)null);
        Assert.That(await Find(), Is.Null);
        Assert.That(await Find(), Is.Null);
        WasRead(2);
    }

    private ValueTask<Place?> Find() => _table.Find(PlaceKind.Web, "", CancellationToken.None);

    private void WasRead(int times) => _store.Verify(store => store.Find(PlaceKind.Web, "", It.IsAny<CancellationToken>()), Times.Exactly(times));
}
