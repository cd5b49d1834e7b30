using System.Diagnostics;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;

namespace MeatLizard.Infrastructure.Tests.Twins;

[TestFixture(Twin.Memory)]
[TestFixture(Twin.Redis)]
internal sealed class ReplySignalTests(Twin twin) : TwinFixture(twin)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly RequestId _request = new(Guid.CreateVersion7());
    private IReplySignal _signal = null!;

    [SetUp]
    public void MakeSignal() => _signal = Host?.Replies ?? new MemoryReplySignal(TimeProvider.System);

    [Test]
    public async Task A_signal_raised_before_the_wait_is_not_missed_and_several_are_one()
    {
        using var reader = _signal.Subscribe(_request);
        _signal.Raise(_request);
        _signal.Raise(_request);
        Assert.That(await Waits(reader, Long), Is.LessThan(Long));
        var patience = TimeSpan.FromMilliseconds(200);
        Assert.That(await Waits(reader, patience), Is.GreaterThanOrEqualTo(patience - TimeSpan.FromMilliseconds(20)));
    }

    [Test]
    public async Task All_readers_of_a_request_are_woken_and_no_others()
    {
        using var one = _signal.Subscribe(_request);
        using var two = _signal.Subscribe(_request);
        using var other = _signal.Subscribe(new(Guid.CreateVersion7()));
        var waiting = new[] { one, two }.Select(reader => Waits(reader, Long)).ToArray();
        _signal.Raise(_request);
        Assert.That(await Task.WhenAll(waiting), Is.All.LessThan(Long));
        var patience = TimeSpan.FromMilliseconds(200);
        Assert.That(await Waits(other, patience), Is.GreaterThanOrEqualTo(patience - TimeSpan.FromMilliseconds(20)));
    }

    [Test]
    public void What_was_committed_here_is_brought_along_until_something_else_was()
    {
        using var reader = _signal.Subscribe(_request);
        ReplyEvent[] committed = [Delta(1), Delta(2)];
        _signal.Raise(_request, committed);
        Assert.That(reader.Take(), Is.EqualTo(committed));
        Assert.That(reader.Take(), Is.Empty);
        _signal.Raise(_request, committed);
        _signal.Raise(_request);
        Assert.That(reader.Take(), Is.Empty, "the table has more");
    }

    [Test]
    public void Whoever_has_left_is_not_woken()
    {
        var reader = _signal.Subscribe(_request);
        reader.Dispose();
        Assert.That(() => _signal.Raise(_request), Throws.Nothing);
    }

    private static ReplyDelta Delta(long id) => new(1, 0, ChunkKind.Text, 0, "x") { Id = id };

    private static async Task<TimeSpan> Waits(IReplySubscription reader, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        await reader.Wait(atMost, CancellationToken.None);
        return Stopwatch.GetElapsedTime(began);
    }
}
