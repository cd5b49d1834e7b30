using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Testing;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A host stops while it has a row of the outbox in hand. Its lease would last for an hour.</summary>
[TestFixture]
internal sealed class StoppedDispatcherTests : ScriptedFixture
{
    private readonly Hold _hold = new();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Relay:OutboxLease"] = "01:00:00" };

    [Test]
    public async Task What_it_had_in_hand_is_done_as_soon_as_it_starts_again()
    {
        _hold.IsOn = true;
        var (session, request) = await Ask();
        await Eventually.Is(() => _hold.Holds);

        await Restart(() =>
        {
            _hold.IsOn = false;
            return Task.CompletedTask;
        });
        await Worker.SayHello();
        await Worker.Answer(await Worker.Hears<Infer>(), "At last.");
        Assert.That((await OneEnd(session, request)).Answer.Text, Is.EqualTo("At last."));
    }

    protected override void Decorate(IServiceCollection services) =>
        services.AddSingleton<IPipelineBehavior<DispatchRelayRequest, Outcome<DispatchResult>>>(_hold);

    private sealed class Hold : IPipelineBehavior<DispatchRelayRequest, Outcome<DispatchResult>>
    {
        private volatile bool _holds;

        public bool IsOn { get; set; }

        public bool Holds => _holds;

        public async Task<Outcome<DispatchResult>> Handle(
            DispatchRelayRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<Outcome<DispatchResult>> next)
        {
            if (IsOn)
            {
                _holds = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return await next();
        }
    }
}
