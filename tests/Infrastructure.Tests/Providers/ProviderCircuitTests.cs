using MeatLizard.Application.Relay.Providers;
using MeatLizard.Infrastructure.Providers;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Providers;

/// <summary>Closed, open, half-open: when a provider is left alone, and for how long.</summary>
[TestFixture]
internal sealed class ProviderCircuitTests
{
    private StoppedClock _clock = null!;
    private ProviderCircuit _circuit = null!;

    [SetUp]
    public void Make()
    {
        _clock = new();
        _circuit = new("cloud", _clock, NullLogger.Instance);
    }

    [Test]
    public async Task Six_failures_open_it_for_half_a_minute_and_one_good_answer_closes_it()
    {
        await Fail(5);
        Assert.That((_circuit.MayBeAsked, Read().Circuit), Is.EqualTo((true, CircuitPhase.Closed)));
        await Fail(1);
        Assert.That(_circuit.MayBeAsked, Is.False);
        var open = Read();
        Assert.That((open.Circuit, open.Code), Is.EqualTo((CircuitPhase.Open, "provider_failed")));
        Assert.That(open.RetriesAt, Is.EqualTo(_clock.GetUtcNow().AddSeconds(30)));
        Assert.That(async () => await Succeed(), Throws.TypeOf<ProviderFaultException>().With.Property("Told").Property("Code").EqualTo("provider_resting"));

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.That(_circuit.MayBeAsked, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((_circuit.MayBeAsked, Read().Circuit), Is.EqualTo((true, CircuitPhase.HalfOpen)));
        await Succeed();
        Assert.That((_circuit.MayBeAsked, Read().Circuit, Read().Cause), Is.EqualTo((true, CircuitPhase.Closed, (string?)null)));
    }

    [Test]
    public async Task One_that_is_not_well_again_rests_twice_as_long()
    {
        await Fail(6);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await Fail(1);
        Assert.That(Read().Circuit, Is.EqualTo(CircuitPhase.Open));
        Assert.That(Read().RetriesAt, Is.EqualTo(_clock.GetUtcNow().AddSeconds(60)));
    }

    [Test]
    public async Task While_one_question_tries_it_out_the_others_go_elsewhere()
    {
        await Fail(6);
        _clock.Advance(TimeSpan.FromSeconds(30));
        var answer = new TaskCompletionSource<int>();
        var probe = _circuit.Try(_ => new ValueTask<int>(answer.Task), CancellationToken.None);
        Assert.That((_circuit.MayBeAsked, Read().Circuit), Is.EqualTo((false, CircuitPhase.HalfOpen)));
        Assert.That(async () => await Succeed(), Throws.TypeOf<ProviderFaultException>());
        answer.SetResult(1);
        await probe;
        Assert.That(_circuit.MayBeAsked, Is.True);
    }

    [Test]
    public async Task A_question_that_nobody_waited_for_does_not_close_it()
    {
        await Fail(6);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.That(async () => await _circuit.Try<int>(_ => throw new OperationCanceledException(), CancellationToken.None), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((_circuit.MayBeAsked, Read().Circuit), Is.EqualTo((false, CircuitPhase.Open)));
    }

    [Test]
    public async Task It_rests_as_long_as_it_asks_for()
    {
        await Fail(6, ProviderFaults.For("cloud", 429, TimeSpan.FromMinutes(4)));
        Assert.That(Read().RetriesAt, Is.EqualTo(_clock.GetUtcNow().AddMinutes(4)));
        Assert.That(Read().Code, Is.EqualTo("provider_limited"));
    }

    [Test]
    public async Task What_lies_in_the_request_does_not_count()
    {
        await Fail(20, ProviderFaults.For("cloud", 400));
        await Fail(20, ProviderFaults.For("cloud", 404));
        Assert.That(Read().Circuit, Is.EqualTo(CircuitPhase.Closed));
        await Fail(60, ProviderFaults.For("cloud", 401));
        Assert.That(Read().Circuit, Is.EqualTo(CircuitPhase.Open), "A key that is refused does.");
    }

    [Test]
    public void What_breaks_after_a_good_beginning_counts()
    {
        for (var i = 0; i < 6; i++)
        {
            _circuit.Count(ProviderFaults.CutOff("cloud"));
        }

        Assert.That(Read().Code, Is.EqualTo("provider_cut_off"));
    }

    private Task<int> Succeed() => _circuit.Try(_ => ValueTask.FromResult(1), CancellationToken.None);

    private async Task Fail(int times, ProviderFaultException? fault = null)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                await _circuit.Try<int>(_ => throw fault ?? ProviderFaults.For("cloud", 503), CancellationToken.None);
            }
            catch (ProviderFaultException)
            {
            }
        }
    }

    private ProviderReading Read() => _circuit.Tell(new() { Name = "cloud", Kind = "OpenAI", BaseUrl = "", Models = ["large"], Circuit = CircuitPhase.Closed });
}
