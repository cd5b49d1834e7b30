using System.IO.Pipelines;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

[TestFixture]
internal sealed class PacedStreamTests
{
    private readonly byte[] _buffer = new byte[1024];

    private TimeSpan _step;
    private TimeSpan? _due;
    private StoppedClock _clock = null!;
    private Pipe _pipe = null!;
    private PacedStream _stream = null!;

    [SetUp]
    public void Open()
    {
        _step = TimeSpan.FromMilliseconds(40);
        _clock = new();
        _pipe = new();
        _due = null;
        _stream = new(_pipe.Reader.AsStream(), _clock, () => _step, () => _due);
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
        await BeginSlowly();
        var reading = _stream.ReadAsync(_buffer).AsTask();
        await Bring(10);
        _clock.Advance(TimeSpan.FromMilliseconds(39));
        await Bring(20);
        Assert.That(reading.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await reading, Is.EqualTo(30));
    }

    [Test]
    public async Task A_longer_step_is_taken_up_when_the_next_begins()
    {
        await BeginSlowly();
        _step = TimeSpan.FromMilliseconds(100);
        foreach (var step in (int[])[40, 100])
        {
            var reading = _stream.ReadAsync(_buffer).AsTask();
            await Bring(10);
            _clock.Advance(TimeSpan.FromMilliseconds(step - 1));
            Assert.That(reading.IsCompleted, Is.False);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.That(await reading, Is.EqualTo(10));
        }
    }

    [Test]
    public async Task Nobody_waits_beyond_the_time_at_which_all_is_there()
    {
        await BeginSlowly();
        _due = TimeSpan.FromMilliseconds(15);
        var reading = _stream.ReadAsync(_buffer).AsTask();
        await Bring(10);
        _clock.Advance(TimeSpan.FromMilliseconds(14));
        Assert.That(reading.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await reading, Is.EqualTo(10));

        _due = TimeSpan.Zero;
        await Bring(10);
        Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(10), "The clock stands still, and nobody waits.");
    }

    [Test]
    public async Task The_words_of_a_fast_model_are_waited_for_no_longer_than_eight_of_them_take()
    {
        await Begin(bytes: 256, every: TimeSpan.FromMilliseconds(0.5));
        var reading = _stream.ReadAsync(_buffer).AsTask();
        await Bring(256);
        _clock.Advance(TimeSpan.FromMilliseconds(3.9));
        Assert.That(reading.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(0.1));
        Assert.That(await reading, Is.EqualTo(256));
    }

    [Test]
    public async Task A_stream_that_becomes_slow_is_given_its_time_again()
    {
        await Begin(bytes: 256, every: TimeSpan.FromMilliseconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Bring(256);
        Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(256));
        var reading = _stream.ReadAsync(_buffer).AsTask();
        await Bring(256);
        _clock.Advance(TimeSpan.FromMilliseconds(39));
        Assert.That(reading.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(await reading, Is.EqualTo(256));
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
        await BeginSlowly();
        using var leave = new CancellationTokenSource();
        var reading = _stream.ReadAsync(_buffer, leave.Token).AsTask();
        await leave.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
    }

    private Task BeginSlowly() => Begin(bytes: 10, every: TimeSpan.FromMilliseconds(20));

    /// <summary>The first text and two pieces after it, from which the pace is known; a while begins with the last.</summary>
    private async Task Begin(int bytes, TimeSpan every)
    {
        await Bring(bytes);
        _ = await _stream.ReadAsync(_buffer);
        _stream.Rests = true;
        for (var i = 0; i < 2; i++)
        {
            await Bring(bytes);
            Assert.That(await _stream.ReadAsync(_buffer), Is.EqualTo(bytes), "Nothing is known yet: there is nothing to wait for.");
            _clock.Advance(i == 0 ? every : TimeSpan.Zero);
        }
    }

    private async Task Bring(int bytes)
    {
        _ = await _pipe.Writer.WriteAsync(new byte[bytes]);
    }
}
