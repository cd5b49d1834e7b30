using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.DiscordServer.Relay;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>What /admin workers and #ai-metrics say of a worker.</summary>
[TestFixture]
internal sealed class WorkerLineTests
{
    [Test]
    public void GPU_and_heat_are_shown_where_they_are_told_and_not_a_word_where_they_are_not()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Line(new Heartbeat(1, 2, 3.5, "37 % busy", null, "71 \u00b0C")), Does.Contain("GPU `37 % busy`").And.Contain("thermal `71 \u00b0C`"));
            Assert.That(Line(new Heartbeat(1, 2, 3.5)), Does.Not.Contain("GPU").And.Not.Contain("thermal"));
        }
    }

    [Test]
    public void Memory_is_shown_where_it_is_told_and_not_a_word_where_it_is_not()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Line(new Heartbeat(1, 2, 3.5) { Memory = "6.7 of 17.2 GB", GpuMemory = "0.7 GB" }),
                Does.Contain("GPU memory `0.7 GB`").And.Contain("\u00b7 memory `6.7 of 17.2 GB`"));
            Assert.That(Line(new Heartbeat(1, 2, 3.5)), Does.Not.Contain("memory"));
        }
    }

    private static string Line(Heartbeat beat) => WorkerLine.Of(new WorkerOverview(
        new WorkerId("anna-mac"),
        null,
        null,
        new WorkerPresence(new("anna-mac"), "discord", "", [], Slots: 2, SlotsFree: 2, Draining: false, Problem: null) { LastBeat = beat }));
}
