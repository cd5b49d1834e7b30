using MeatLizard.Application.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>Storms between the bots and Discord.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class StormTests : DiscordRelayFixture
{
    private static readonly int Count = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 } ? 200 : 20;

    [Test]
    public async Task Whatever_goes_wrong_every_request_has_one_end_and_no_text_is_lost_or_doubled()
    {
        using var engine = Storms.Engine();
        await using var worker = await DiscordWorker.Start(Discord, Folder, Worker, Root, engine, () => { });
        await Online();
        var disturbances = new Disturbances(Discord, Host.Services.GetRequiredService<DiscordCarrier>());
        var (whole, latest) = await new Storms(engine, Owner, Host.Services.GetRequiredService<ReplyReader>()).Play(
            Count,
            random => Task.FromResult(disturbances.Next(random)),
            () =>
            {
                Discord.Faults.Clear();
                return Task.CompletedTask;
            });
        Assert.That(whole, Is.EqualTo(Count * Storms.AtOnce));
        Assert.That(latest, Is.LessThan(Storms.RecoversWithin));
    }
}
