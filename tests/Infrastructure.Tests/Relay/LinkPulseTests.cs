using System.IO.Pipelines;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Relay;

[TestFixture]
internal sealed class LinkPulseTests
{
    private readonly byte[] _buffer = new byte[16];

    private StoppedClock _clock = null!;
    private LinkPulse _pulse = null!;
    private Pipe _pipe = null!;
    private Stream _stream = null!;

    [SetUp]
    public void Open()
    {
        _clock = new();
        _pulse = new(_clock);
        _pipe = new();
        _stream = _pulse.Over(_pipe.Reader.AsStream());
    }

    [TearDown]
    public void Close() => _stream.Dispose();

    [Test]
    public async Task Silence_lasts_from_the_listening_to_what_comes()
    {
        _clock.Advance(TimeSpan.FromSeconds(5));
        var reading = _stream.ReadAsync(_buffer).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(_pulse.Silence, Is.EqualTo(TimeSpan.FromSeconds(3)));

        await _pipe.Writer.WriteAsync(new byte[1]);
        Assert.That(await reading, Is.EqualTo(1));
        Assert.That(_pulse.Silence, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Whoever_does_not_listen_hears_no_silence()
    {
        await _pipe.Writer.WriteAsync(new byte[1]);
        _ = await _stream.ReadAsync(_buffer);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_pulse.Silence, Is.EqualTo(TimeSpan.Zero), "A reader that is busy is not to be taken for a worker that is gone.");
    }

    [Test]
    public async Task Each_listening_is_counted_anew()
    {
        for (var i = 0; i < 3; i++)
        {
            var reading = _stream.ReadAsync(_buffer).AsTask();
            _clock.Advance(TimeSpan.FromSeconds(4));
            Assert.That(_pulse.Silence, Is.EqualTo(TimeSpan.FromSeconds(4)));
            await _pipe.Writer.WriteAsync(new byte[1]);
            await reading;
        }
    }
}
