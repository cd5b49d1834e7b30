using MeatLizard.Application.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Storms between a worker and the server that it has dialled.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class LinkStormTests : LinkWayFixture
{
    private const string HalfOpen = "half-open";
    private const string Swallowed = "all swallowed";

    private static readonly int Count = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 } ? 200 : 6;

    [Test]
    public async Task Whatever_goes_wrong_every_request_has_one_end_and_no_text_is_lost_or_doubled()
    {
        using var engine = Storms.Engine();
        await Join(engine);
        var storms = new Storms(engine, Owner, Host.Services.GetRequiredService<ReplyReader>()) { MayBeGivenUp = faults => faults.Count(IsSilent) > 1 };
        var (whole, latest) = await storms.Play(
            Count,
            random => Task.FromResult(Disturb(random)),
            () =>
            {
                Way.Up();
                return Task.CompletedTask;
            });
        Assert.That(whole + storms.GivenUp, Is.EqualTo(Count * Storms.AtOnce));
        Assert.That(latest, Is.LessThan(Storms.RecoversWithin));
    }

    /// <summary>
    /// Each is noticed within eight seconds, and a request has two attempts of five: when the worker's word about the second one vanishes as well, it ends
    /// honestly and with no word said.
    /// </summary>
    private static bool IsSilent(string fault) => fault == HalfOpen || fault.StartsWith(Swallowed, StringComparison.Ordinal);

    /// <returns>What it was.</returns>
    private string Disturb(Random random)
    {
        var lasts = TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 1.8));
        switch (random.Next(5))
        {
            case 0:
                Way.Cut();
                return "cut";
            case 1:
                Way.Down();
                Way.UpAfter(lasts);
                return $"away for {lasts.TotalSeconds:0.0} s";
            case 2:
                Way.Swallow(newOnesToo: false);
                return HalfOpen;
            case 3:
                Way.Swallow(newOnesToo: true);
                Way.UpAfter(lasts);
                return $"{Swallowed} for {lasts.TotalSeconds:0.0} s";
            default:
                Way.Hold();
                Way.UpAfter(lasts);
                return $"held for {lasts.TotalSeconds:0.0} s";
        }
    }
}
