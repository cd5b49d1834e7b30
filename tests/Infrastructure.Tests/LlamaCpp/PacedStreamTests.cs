using System.Net;
using System.Net.Sockets;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>Over a real connection: when its reader is woken is the system's business.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class PacedStreamTests
{
    private const int Much = 2048;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly byte[] _buffer = new byte[4096];

    private TimeSpan _step;
    private int _wakeAt;
    private StoppedClock _clock = null!;
    private Socket _there = null!;
    private Socket _here = null!;
    private PacedStream _stream = null!;

    [SetUp]
    public async Task Open()
    {
        _step = TimeSpan.FromMilliseconds(40);
        _clock = new();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _here = new(SocketType.Stream, ProtocolType.Tcp);
        await _here.ConnectAsync(listener.LocalEndpoint);
        _there = await listener.AcceptSocketAsync();
        _there.NoDelay = true;
        _stream = new(
            new NetworkStream(_here),
            _clock,
            () => _step,
            bytes => _here.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, _wakeAt = bytes));
    }

    [TearDown]
    public void Close()
    {
        _stream.Dispose();
        _there.Dispose();
        _here.Dispose();
    }

    [Test]
    public async Task Until_the_first_text_everything_is_read_as_it_comes()
    {
        for (var i = 0; i < 3; i++)
        {
            var reading = Read();
            await Bring(10);
            Assert.That(await reading, Is.EqualTo(10));
        }
    }

    [Test]
    public async Task What_comes_in_a_while_is_read_at_its_end()
    {
        _stream.Rests = true;
        for (var i = 0; i < 3; i++)
        {
            var reading = Read();
            await Bring(10);
            await Bring(20);
            _clock.Advance(_step);
            Assert.That(await reading, Is.EqualTo(30));
        }
    }

    [Test]
    public async Task The_whiles_of_all_streams_end_together_and_a_longer_one_is_taken_up_when_the_next_begins()
    {
        _stream.Rests = true;
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        foreach (var (step, left) in ((int, int)[])[(40, 30), (100, 60), (100, 100)])
        {
            _step = TimeSpan.FromMilliseconds(step);
            var reading = Read();
            await Bring(10);
            _clock.Advance(TimeSpan.FromMilliseconds(left - 1));
            await Bring(10);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.That(await reading, Is.EqualTo(20));
        }
    }

    [Test]
    public async Task Whoever_was_woken_a_little_too_early_does_not_look_again_at_the_right_moment()
    {
        _stream.Rests = true;
        _clock.Advance(_step - TimeSpan.FromMilliseconds(4));
        var reading = Read();
        _clock.Advance(TimeSpan.FromMilliseconds(4));
        Assert.That(_wakeAt, Is.EqualTo(Much));
        await Bring(10);
        _clock.Advance(_step);
        Assert.That(await reading, Is.EqualTo(10));
    }

    [Test]
    public async Task When_nothing_has_come_the_first_piece_after_the_while_is_read_at_once()
    {
        _stream.Rests = true;
        var reading = Read();
        _clock.Advance(_step);
        await Bring(10);
        Assert.That(await reading, Is.EqualTo(10));
    }

    [Test]
    public async Task A_stream_that_brings_much_is_never_slowed_down()
    {
        _stream.Rests = true;
        for (var i = 0; i < 3; i++)
        {
            var reading = Read();
            await Bring(Much / 2);
            await Bring(Much / 2);
            Assert.That(await reading, Is.EqualTo(Much), "The clock stands still, and nobody waits for it.");
        }

        var slow = Read();
        await Bring(10);
        await Bring(10);
        _clock.Advance(_step);
        Assert.That(await slow, Is.EqualTo(20), "One that becomes slow is given its time again.");
    }

    [Test]
    public async Task What_is_there_is_read_to_its_end_however_small_the_buffer()
    {
        _stream.Rests = true;
        var small = new byte[Much];
        await Bring((5 * small.Length) + 10);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await _stream.ReadAsync(small).AsTask().WaitAsync(Within), Is.EqualTo(small.Length), "The clock stands still, and nobody waits for it.");
        }

        Assert.That(await _stream.ReadAsync(small).AsTask().WaitAsync(Within), Is.EqualTo(10));
    }

    [Test]
    public async Task The_end_is_noticed_at_once()
    {
        _stream.Rests = true;
        var reading = Read();
        await Bring(10);
        _there.Shutdown(SocketShutdown.Send);
        Assert.That(await reading, Is.EqualTo(10), "The clock stands still, and nobody waits for it.");
        Assert.That(await Read(), Is.Zero);
    }

    [Test]
    public async Task Whoever_leaves_does_not_wait_for_the_rest()
    {
        _stream.Rests = true;
        using var leave = new CancellationTokenSource();
        var reading = _stream.ReadAsync(_buffer, leave.Token).AsTask();
        await leave.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
    }

    private Task<int> Read() => _stream.ReadAsync(_buffer).AsTask().WaitAsync(Within);

    private async Task Bring(int bytes) => Assert.That(await _there.SendAsync(new byte[bytes]), Is.EqualTo(bytes));
}
