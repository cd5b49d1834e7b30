using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Relay;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>Stop, down to the slot of the real llama-server, by its own figures.</summary>
[TestFixture]
internal sealed class SlotTests
{
    private TestFolder _folder = null!;
    private RelayHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Write(
            _folder.File("models/slow.gguf"),
            new TestModelOptions { Name = "slow", Embedding = 256, Layers = 4, ContextSize = 32768, EndRate = 1e-9 });
        _host = await (await RelayHost.Start(
            _folder,
            new Dictionary<string, string?> { ["Inference:Slots"] = "2", ["Inference:ContextSize"] = "16384" })).WithModel();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_stop_frees_the_slot_within_two_seconds()
    {
        for (var round = 0; round < 5; round++)
        {
            var session = await _host.OpenSession();
            var request = (await _host.Say(session, "Go on and on.")).Request.Id;
            await foreach (var happened in _host.Services.GetRequiredService<ReplyReader>().Read(request, 0, CancellationToken.None))
            {
                if (happened is ReplyDelta)
                {
                    break;
                }
            }

            Assert.That(await Busy(), Is.EqualTo(1));
            var since = System.Diagnostics.Stopwatch.StartNew();
            await _host.Send(new CancelRequest(request));
            await Eventually.Is(async () => await Busy() == 0, TimeSpan.FromSeconds(2));
            TestContext.Out.WriteLine($"The slot was free {since.ElapsedMilliseconds} ms after the stop.");
            var answer = (await _host.Messages(session))[1];

            Assert.That(answer.Status, Is.EqualTo(MessageStatus.Cancelled));
            Assert.That(answer.Text, Is.Not.Empty);
            Assert.That((await _host.ReadToEnd(request))[^1], Is.InstanceOf<ReplyCancelled>());
        }
    }

    [Test]
    public async Task A_stop_as_soon_as_it_is_sent_leaves_no_slot_busy()
    {
        var random = new Random(4711);
        for (var round = 0; round < 20; round++)
        {
            var session = await _host.OpenSession();
            var request = (await _host.Say(session, "Go on and on.")).Request.Id;
            Thread.SpinWait(random.Next(200_000));
            await _host.Send(new CancelRequest(request));
            Assert.That((await _host.ReadToEnd(request)).Count(happened => happened.IsEnd), Is.EqualTo(1));
        }

        await Eventually.Is(async () => await Busy() == 0, TimeSpan.FromSeconds(2));
    }

    private async Task<int> Busy()
    {
        if (_host.Services.GetRequiredService<LlamaEngine>().Loaded is not { } server)
        {
            return 0;
        }

        using var slots = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri("slots", UriKind.Relative)));
        return slots.RootElement.EnumerateArray().Count(slot => slot.GetProperty("is_processing").GetBoolean());
    }
}
