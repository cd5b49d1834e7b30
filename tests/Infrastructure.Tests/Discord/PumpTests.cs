using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class PumpTests
{
    [Test]
    public async Task Every_listener_hears_every_event_in_order_although_another_fails()
    {
        var gateway = new Told();
        var (broken, sound) = (new Listener(fails: true), new Listener(fails: false));
        using var pump = new DiscordPump(gateway, [broken, sound], NullLogger<DiscordPump>.Instance);
        await pump.StartAsync(CancellationToken.None);
        foreach (var guild in new[] { 1UL, 2UL, 3UL })
        {
            _ = gateway.Events.Writer.TryWrite(new GuildRemoved(new(guild)));
        }

        await Eventually.Is(() => gateway.Done == 3);
        await pump.StopAsync(CancellationToken.None);
        Assert.That((broken.Heard, sound.Heard), Is.EqualTo(("123", "123")));
    }

    [Test]
    public async Task An_event_is_done_with_when_all_have_heard_it()
    {
        var gateway = new Told();
        var slow = new Listener(fails: false) { Released = new() };
        using var pump = new DiscordPump(gateway, [new Listener(fails: false), slow], NullLogger<DiscordPump>.Instance);
        await pump.StartAsync(CancellationToken.None);
        _ = gateway.Events.Writer.TryWrite(new GuildRemoved(new(1)));
        await Eventually.Is(() => slow.Heard == "1");
        Assert.That(gateway.Done, Is.Zero);
        slow.Released.SetResult();
        await Eventually.Is(() => gateway.Done == 1);
        await pump.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task The_host_goes_on_when_Discord_will_not_have_the_bot()
    {
        var gateway = new Told();
        gateway.Events.Writer.Complete(new DiscordGatewayException(4004, "The token is bad."));
        using var pump = new DiscordPump(gateway, [new Listener(fails: false)], NullLogger<DiscordPump>.Instance);
        await pump.StartAsync(CancellationToken.None);
        Assert.That(async () => await pump.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10)), Throws.Nothing);
    }

    private sealed class Listener(bool fails) : IDiscordListener
    {
        public string Heard { get; private set; } = "";

        public TaskCompletionSource? Released { get; init; }

        public async ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
        {
            Heard += ((GuildRemoved)happened).GuildId;
            if (fails)
            {
                throw new InvalidOperationException("This listener is broken.");
            }

            await (Released?.Task ?? Task.CompletedTask);
        }
    }

    private sealed class Told : IDiscordGateway
    {
        public Channel<DiscordEvent> Events { get; } = Channel.CreateUnbounded<DiscordEvent>();

        public int Done { get; private set; }

        public DiscordGatewayStatus Status => throw new NotSupportedException();

        async IAsyncEnumerable<DiscordEvent> IDiscordGateway.Events([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var happened in Events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return happened;
                Done++;
            }
        }
    }
}
