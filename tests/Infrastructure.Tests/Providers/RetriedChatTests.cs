using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Providers;
using MeatLizard.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Providers;

/// <summary>What is tried again at a provider, and after which pause.</summary>
[TestFixture]
internal sealed class RetriedChatTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private StoppedClock _clock = null!;
    private int _signs;

    [SetUp]
    public void SetClock() => (_clock, _signs) = (new(), 0);

    [Test]
    public async Task Pauses_grow_are_never_the_same_and_there_are_two_of_them()
    {
        var chat = new ScriptedChat([Failed()], ["", Failed()], [Failed()]);
        var read = Read(chat);

        await _clock.SomebodyWaits();
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.That(chat.Asked, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromMilliseconds(502));
        await _clock.SomebodyWaits();
        Assert.That(chat.Asked, Is.EqualTo(2));
        _clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.That(chat.Asked, Is.EqualTo(2));
        _clock.Advance(TimeSpan.FromMilliseconds(1002));

        Assert.That(async () => await read, Throws.TypeOf<EngineException>().With.Property("Code").EqualTo("provider_failed"));
        Assert.That(chat.Asked, Is.EqualTo(3));
    }

    [Test]
    public async Task It_is_left_alone_as_long_as_it_asks_and_then_answers()
    {
        var chat = new ScriptedChat([Limited(7)], ["Hello ", "again."]);
        var read = Read(chat);
        await _clock.SomebodyWaits(TimeSpan.FromSeconds(7));
        Assert.That(chat.Asked, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.That(await read, Is.EqualTo("Hello again."));
    }

    [Test]
    public async Task What_is_written_for_long_before_it_is_said_is_told_of()
    {
        var second = () => _clock.Advance(TimeSpan.FromSeconds(1));
        var chat = new ScriptedChat([.. Enumerable.Repeat<object>(second, 12), "Hello", .. Enumerable.Repeat<object>(second, 12)]);
        Assert.That((await Read(chat), _signs), Is.EqualTo(("Hello", 2)));
    }

    [TestCase(51, 600, TestName = "No_pause_is_longer_than_the_providers_patience")]
    [TestCase(20, 20, TestName = "No_pause_goes_beyond_the_requests_time")]
    public void A_pause_that_is_too_long_is_none(int wish, int left)
    {
        var chat = new ScriptedChat([Limited(wish)]);
        Assert.That(async () => await Read(chat, left), Throws.TypeOf<EngineException>().With.Property("Code").EqualTo("provider_limited"));
        Assert.That(chat.Asked, Is.EqualTo(1));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(404)]
    public void A_refusal_is_no_reason_to_ask_again(int status)
    {
        var chat = new ScriptedChat([ProviderFaults.For("cloud", status)]);
        Assert.That(async () => await Read(chat), Throws.TypeOf<EngineException>());
        Assert.That(chat.Asked, Is.EqualTo(1));
    }

    [Test]
    public void What_has_been_said_is_not_asked_for_again()
    {
        var chat = new ScriptedChat(["Half an ans", ProviderFaults.CutOff("cloud")]);
        Assert.That(async () => await Read(chat), Throws.TypeOf<EngineException>().With.Property("Code").EqualTo("provider_cut_off"));
        Assert.That(chat.Asked, Is.EqualTo(1));
    }

    private static ProviderFaultException Failed() => ProviderFaults.For("cloud", 503);

    private static ProviderFaultException Limited(int seconds) => ProviderFaults.For("cloud", 429, TimeSpan.FromSeconds(seconds));

    private async Task<string> Read(ScriptedChat chat, int left = 600)
    {
        using var retried = new RetriedChat(
            chat, new ProviderCircuit("cloud", _clock, NullLogger.Instance), Patience, _clock.GetUtcNow().AddSeconds(left), _ => Signed(), _clock);
        var text = "";
        await foreach (var update in retried.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hello?")]))
        {
            text += update.Text;
        }

        return text;
    }

    private ValueTask Signed()
    {
        _signs++;
        return ValueTask.CompletedTask;
    }
}
