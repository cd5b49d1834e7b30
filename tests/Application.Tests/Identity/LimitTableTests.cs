using MeatLizard.Application.Identity.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MeatLizard.Application.Tests.Identity;

internal sealed class LimitTableTests
{
    private Mock<ILimitStore> _store = null!;
    private StoppedTime _time = null!;
    private LimitTable _table = null!;

    [SetUp]
    public void Start()
    {
        _store = new(MockBehavior.Strict);
        _store.Setup(store => store.List(It.IsAny<CancellationToken>())).ReturnsAsync([]);
        _time = new(Branches.Now);
        _table = new(new ServiceCollection().AddScoped(_ => _store.Object).BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), _time);
    }

    [Test]
    public async Task They_are_read_once_in_five_seconds_and_at_once_when_they_are_changed_here()
    {
        await Load();
        _time.Now += TimeSpan.FromSeconds(4.9);
        await Load();
        WasRead(1);
        _time.Now += TimeSpan.FromSeconds(0.1);
        await Load();
        WasRead(2);
        _table.Forget();
        await Load();
        WasRead(3);
    }

    [Test]
    public async Task What_was_changed_while_they_were_read_is_read_again()
    {
        _store.Setup(store => store.List(It.IsAny<CancellationToken>())).Callback(_table.Forget).ReturnsAsync([]);
        await Load();
        await Load();
        WasRead(2);
    }

    private async Task Load() => _ = await _table.Load(CancellationToken.None);

    private void WasRead(int times) => _store.Verify(store => store.List(It.IsAny<CancellationToken>()), Times.Exactly(times));
}
