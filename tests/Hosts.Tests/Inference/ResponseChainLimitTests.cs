using MeatLizard.Hosts.Tests.Hosting;
using static MeatLizard.Hosts.Tests.Inference.StoredResponses;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>What can't be gone on from, though it is there, or was when it was asked for.</summary>
[TestFixture]
internal sealed class ResponseChainLimitTests
{
    /// <summary>Characters, which are bytes here: of them a call has 1 MiB.</summary>
    private const int Large = 1000 * 1024;

    [Test]
    public async Task A_conversation_that_has_become_too_long_is_refused_before_it_is_read()
    {
        await using var host = await ApiHost.Start(ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1");
        using var caller = await host.Member("caller");
        string? last = null;
        for (var i = 0; i < 5; i++)
        {
            // Nobody answers; what has failed may be gone on from all the same.
            var made = await caller.Post(Url, new { model = "echo", input = new string('x', Large), background = true, previous_response_id = last });
            Assert.That(made.Status, Is.EqualTo(200), made.Text);
            Assert.That(Status(await caller.Ended(made.Id)), Is.EqualTo("failed"));
            last = made.Id;
        }

        foreach (var store in new[] { true, false })
        {
            var refused = await caller.Post(Url, new { model = "echo", input = "x", store, previous_response_id = last });
            Assert.That((refused.Status, Error(refused)), Is.EqualTo((400, ("context_length_exceeded", "previous_response_id"))), refused.Text);
        }
    }

    [Test]
    public async Task One_whose_predecessor_is_deleted_while_it_waits_is_not_answered_from_half_a_conversation()
    {
        await using var host = await ApiHost.Start();
        using var caller = await host.Member("caller");
        var first = await caller.Post(Url, new { model = "echo", input = "one", store = true });
        Assert.That(first.Status, Is.EqualTo(200), first.Text);
        List<string> holding = [];
        for (var i = 0; i < host.Engine.Models[0].Slots; i++)
        {
            holding.Add(await caller.Begin("hold the line"));
            _ = await caller.Read(holding[i], most: 6);
        }

        var waiting = await caller.Post(Url, new { model = "echo", input = "two", background = true, previous_response_id = first.Id });
        Assert.That((await caller.Delete(Of(first.Id))).Status, Is.EqualTo(200));
        var asked = host.Engine.Asked;
        _ = await caller.Post(Of(holding[0], "/cancel"));

        var ended = await caller.Ended(waiting.Id);
        Assert.That(Status(ended), Is.EqualTo("failed"), ended.Text);
        Assert.That(ended.Json.GetProperty("error").GetProperty("message").GetString(), Does.Contain(first.Id));
        Assert.That(host.Engine.Asked, Is.EqualTo(asked));
        foreach (var id in holding[1..])
        {
            _ = await caller.Post(Of(id, "/cancel"));
        }
    }
}
