using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Calls without a session when no worker has come for long, while the clock stands still.</summary>
[TestFixture]
internal sealed class StatelessWithNobodyTests : ScriptedFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StoppedClock _clock = new();

    [Test]
    public async Task The_next_rung_is_looked_for_at_once()
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        var order = new StatelessOrder { Model = "tiny", Messages = [new(MessageRole.User, [new TextPart("Hello?")])] };
        await using var call = (await Host.Send(new OpenStatelessCall(order))).Value;
        using var late = new CancellationTokenSource(Patience);
        List<StatelessEvent> events = [];
        await foreach (var happened in call.Read(late.Token))
        {
            events.Add(happened);
        }

        Assert.That((events.Single() as StatelessFailed)?.Error.Code, Is.EqualTo("no_worker"));
    }

    protected override void Decorate(IServiceCollection services) => services.AddSingleton<TimeProvider>(_clock);
}
