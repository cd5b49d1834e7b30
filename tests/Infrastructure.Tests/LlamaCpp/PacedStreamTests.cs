using System.IO.Pipelines;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

[TestFixture]
internal sealed class PacedStreamTests
{
    private readonly byte[] _buffer = new byte[1024];

    private StoppedClock _clock = null!;
    private Pipe _pipe = null!;
    private PacedStream _stream = null!;

    [SetUp]
    public void Open()
    {
        _clock = new();
        _pipe = new();
        _stream = new(_pipe.Reader.AsStream(), _clock);
    }

    [TearDown]
    public void Close() => _stream.Dispose();

    [Test]
    public async Task Until_the_first_text_everything_is_read_as_it_comes()
    {
        for (var i = 0; i < 3; i++)
        {
            await Bring(10);
            Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10));
        }
    }

    [Test]
    public async Task What_comes_in_forty_milliseconds_is_read_at_once()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        _stream.Rests = true;
        await Bring(10);
        Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10), "Nothing came for long: there is nothing to wait for.");

        var reading = _stream.ReadAsync(_buffer).AsTask();
        await Bring(10);
        _clock.Advance(TimeSpan.FromMilliseconds(39));
        await Bring(20);
        Assert.That(reading.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await reading, Is.EqualTo(30));
    }

    [Test]
    public async Task A_stream_that_brings_much_is_never_slowed_down()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        _stream.Rests = true;
        await Bring(4096);
        Assert.That(await _stream.ReadAsync(new byte[4096]), Is.EqualTo(4096));
        for (var i = 0; i < 3; i++)
        {
            await Bring(10);
            Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10), "The clock stands still, and nobody waits.");
        }

        _clock.Advance(TimeSpan.FromMilliseconds(40));
        await Bring(10);
        Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10));
        await Bring(10);
        Assert.That(_stream.ReadAsync(_buffer).AsTask().IsCompleted, Is.False, "There is time again.");
    }

    [Test]
    public async Task What_is_there_is_read_to_its_end_however_small_the_buffer()
    {
        for (var round = 0; round < 5; round++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            _stream.Rests = true;
            await Bring((5 * _buffer.Length) + 10);
            for (var i = 0; i < 5; i++)
            {
                Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(_buffer.Length), "The clock stands still, and nobody waits.");
            }

            Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10));
        }
    }

    [Test]
    public async Task Whoever_leaves_does_not_wait_for_the_rest()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        _stream.Rests = true;
        await Bring(10);
        _ = await _stream.ReadAsync(_buffer);
        using var leave = new CancellationTokenSource();
        var reading = _stream.ReadAsync(_buffer, leave.Token).AsTask();
        await leave.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
    }

    private async Task Bring(int bytes)
    {
        _ = await _pipe.Writer.WriteAsync(new byte[bytes]);
    }
}
