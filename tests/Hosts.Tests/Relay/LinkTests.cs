using System.Net.WebSockets;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>A worker elsewhere: how it joins, answers over its link, loses it, and is sent away.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class LinkTests : LinkWayFixture
{
    [Test]
    public async Task A_code_makes_a_worker_and_the_worker_answers()
    {
        var invited = await Owner.Post("/api/v1/admin/workers", new { name = "anna-mac" });
        Assert.That(invited.Status, Is.EqualTo(201), invited.Text);
        var code = invited.Json.GetProperty("code").GetString()!;
        Assert.That(code, Does.Match("^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$"));
        Assert.That(invited.Json.GetProperty("command").GetString(), Does.EndWith($"/#{code}"));

        using var nobody = Host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = code.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant() });
        Assert.That(enrolled.Status, Is.EqualTo(200), enrolled.Text);
        var root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        await using var worker = await LinkedWorker.Start(Host.Address, enrolled.Json.GetProperty("worker_id").GetString()!, root);
        await Online("anna-mac");

        var answer = await Owner.Say(await Owner.OpenSession(), "hello over there");
        var message = answer.Json.GetProperty("reply");
        Assert.That(message.GetProperty("text").GetString(), Is.EqualTo("hello over there"));
        Assert.That(message.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo("anna-mac"));

        var listed = (await Owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.GetProperty("id").GetString(), Is.EqualTo("anna-mac"));
            Assert.That(listed.GetProperty("enrolment").GetString(), Is.EqualTo("enrolled"));
            Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("online"));
            Assert.That(listed.GetProperty("carrier").GetString(), Is.EqualTo("link"));
            Assert.That(listed.GetProperty("models")[0].GetString(), Is.EqualTo("echo"));
        }
    }

    [Test]
    public async Task A_member_makes_no_workers()
    {
        using var member = await Host.Member("member", Role.Member);
        Assert.That((await member.Post("/api/v1/admin/workers", new { name = "mine" })).Code, Is.EqualTo("forbidden"));
        Assert.That((await member.Delete("/api/v1/admin/workers/anna-mac")).Code, Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task An_answer_goes_on_where_it_was_when_the_link_is_cut()
    {
        await using var worker = await Join("anna-mac");
        var session = await Owner.OpenSession();
        var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold on until the link is back" });
        await Eventually.Is(() => worker.Engine.Running == 1);
        var request = turn.Json.GetProperty("request").GetProperty("id").GetString();
        await Heard(request!, "hold");

        Way.Down();
        await Eventually.Is(() => !worker.State.Now.Connected);
        worker.Engine.Release();
        await Eventually.Is(() => worker.Engine.Running == 0);
        Way.Up();

        var events = await Owner.Events($"/api/v1/requests/{request}/events");
        var text = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Is.EqualTo("hold on until the link is back"));
            Assert.That(events[^1].Event, Is.EqualTo("completed"));
            Assert.That(events.Count(each => each.Event == "started"), Is.EqualTo(1), "nobody else was asked");
        }
    }

    [Test]
    public async Task Cuts_all_the_time_change_nothing_in_what_is_said()
    {
        await using var worker = await Join("anna-mac");
        var session = await Owner.OpenSession();
        for (var i = 0; i < 12; i++)
        {
            var text = $"hold the line {i} " + string.Join(' ', Enumerable.Range(0, 200));
            worker.Engine.Hold();
            var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = text });
            var request = turn.Json.GetProperty("request").GetProperty("id").GetString()!;
            await Eventually.Is(() => worker.Engine.Running == 1);
            if (i % 2 == 0)
            {
                Way.Cut();
                worker.Engine.Release();
            }
            else
            {
                worker.Engine.Release();
                Way.Cut();
            }

            var events = await Owner.Events($"/api/v1/requests/{request}/events");
            var heard = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
            Assert.That((events[^1].Event, heard), Is.EqualTo(("completed", text)), $"turn {i}");
        }
    }

    [Test]
    public async Task A_worker_that_stays_away_is_given_up_and_so_is_what_it_was_at()
    {
        await using var worker = await Join("anna-mac");
        var session = await Owner.OpenSession();
        var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold until I am back" });
        var request = turn.Json.GetProperty("request").GetProperty("id").GetString()!;
        await Heard(request, "hold");
        Way.Down();

        await Eventually.Is(() => Registry.List().Count == 0, TimeSpan.FromSeconds(40));
        var events = await Owner.Events($"/api/v1/requests/{request}/events");
        Assert.That(events[^1].Event, Is.EqualTo("failed"));
        Assert.That(events[^1].Data.GetRawText(), Does.Contain("worker_lost"));
        var listed = (await Owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0];
        Assert.That(listed.GetProperty("state").GetString(), Is.EqualTo("offline"));

        Way.Up();
        await Online("anna-mac");
        worker.Engine.Release();
        var again = await Owner.Say(session, "and now");
        Assert.That(again.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("and now"));
    }

    [Test]
    public async Task A_worker_that_is_sent_away_gets_nothing_new_and_is_cut_off_within_seconds()
    {
        await using var worker = await Join("anna-mac");
        Assert.That((await Owner.Delete("/api/v1/admin/workers/anna-mac")).Status, Is.EqualTo(204));
        Assert.That(Registry.List().All(known => known.Draining), Is.True, "nothing new from the first moment on");
        await Eventually.Is(() => Registry.List().Count == 0, TimeSpan.FromSeconds(5));
        await Eventually.Is(() => worker.State.Now.Problem?.Contains("does not know this worker", StringComparison.Ordinal) == true);
        Assert.That((await Owner.Delete("/api/v1/admin/workers/anna-mac")).Status, Is.EqualTo(204), "again changes nothing");
        Assert.That((await Owner.Delete("/api/v1/admin/workers/nobody")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_worker_that_is_drained_finishes_what_it_has()
    {
        await using var worker = await Join("anna-mac");
        var session = await Owner.OpenSession();
        var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this" });
        await Eventually.Is(() => worker.Engine.Running == 1);
        Assert.That((await Owner.Post("/api/v1/admin/workers/anna-mac/drain")).Status, Is.EqualTo(204));
        worker.Engine.Release();
        var events = await Owner.Events($"/api/v1/requests/{turn.Json.GetProperty("request").GetProperty("id").GetString()}/events");
        Assert.That(events[^1].Event, Is.EqualTo("completed"));
        Assert.That(Registry.List().Single().Draining, Is.True);
    }

    [Test]
    public async Task Who_dials_with_a_wrong_key_is_no_worker()
    {
        using var nobody = Host.Nobody();
        await nobody.Post("/api/v1/enrol", new { code = await Invite("anna-mac") });
        var wrong = new byte[32];
        wrong[0] = 1;
        await using var impostor = await LinkedWorker.Start(new($"http://127.0.0.1:{Way.Port}/"), "anna-mac", wrong);
        await Eventually.Is(() => Way.Taken >= 2);
        Assert.That(Registry.List(), Is.Empty);
        Assert.That(impostor.State.Now.Connected, Is.False);
    }

    [Test]
    public async Task Nobody_answers_for_the_worker_that_was_asked()
    {
        await using var worker = await Join("anna-mac");
        using var other = await RawLink.Open(Host.Address, "berta-mac", await Enrol("berta-mac"));
        await other.Send(other.Hello(other.Challenge));
        await Online("berta-mac");

        var session = await Owner.OpenSession();
        var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold your own" });
        await Eventually.Is(() => worker.Engine.Running == 1);
        var request = new RequestId(turn.Json.GetProperty("request").GetProperty("id").GetGuid());
        await Heard(request.ToString(), "hold");
        await other.Say(new Chunk(request, 1, 1, 0, ChunkKind.Text, " nonsense"));
        await other.Say(new Failed(request, 1, "engine_crashed", "It did not crash.", Retryable: false));
        await other.Say(other.Again());
        await Eventually.Is(() => Registry.List().Single(known => known.Id.Value == "berta-mac").Slots == 2, TimeSpan.FromSeconds(20));

        worker.Engine.Release();
        var events = await Owner.Events($"/api/v1/requests/{request}/events");
        var text = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
        Assert.That((events[^1].Event, text), Is.EqualTo(("completed", "hold your own")));
    }

    [Test]
    public async Task A_worker_that_speaks_of_an_attempt_before_it_was_given_one_changes_nothing()
    {
        await using var worker = await Join("anna-mac");
        using var early = await RawLink.Open(Host.Address, "berta-mac", await Enrol("berta-mac"));
        await early.Send(early.Hello(early.Challenge));
        await Online("berta-mac");
        for (var i = 0; i < worker.Engine.Models[0].Slots; i++)
        {
            await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = $"hold slot {i}" });
        }

        // Nobody is free for this one.
        var session = await Owner.OpenSession();
        var turn = await Owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold your own" });
        var request = new RequestId(turn.Json.GetProperty("request").GetProperty("id").GetGuid());
        foreach (var attempt in (int[])[1, 2])
        {
            // With a gap before it, so that whoever believed it would wait for the rest and hear nobody else.
            await early.Say(new Chunk(request, attempt, 3, 0, ChunkKind.Text, "nonsense"));
        }

        await early.Say(new Accepted(request, 3));
        await early.Say(new Chunk(request, 3, 0, 0, ChunkKind.Text, "nonsense"));
        await early.Say(new Failed(request, 3, "engine_crashed", "It did not crash.", Retryable: false));

        await early.Say(early.Again());
        await Eventually.Is(() => Registry.List().Single(known => known.Id.Value == "berta-mac").Slots == 2, TimeSpan.FromSeconds(20));
        Assert.That((await Owner.Get($"/api/v1/requests/{request}")).Json.GetProperty("state").GetString(), Is.EqualTo("queued"));

        worker.Engine.Release();
        var events = await Owner.Events($"/api/v1/requests/{request}/events");
        var text = string.Concat(events.Where(each => each.Event == "delta").Select(each => each.Data.GetProperty("text").GetString()));
        Assert.That((events[^1].Event, text), Is.EqualTo(("completed", "hold your own")));
    }

    [Test]
    public async Task A_hello_that_was_sealed_for_another_connection_opens_no_door()
    {
        var root = await Enrol("anna-mac");
        using var first = await RawLink.Open(Host.Address, "anna-mac", root);
        using var second = await RawLink.Open(Host.Address, "anna-mac", root);
        await second.Send(first.Hello(second.Challenge));
        Assert.That(await second.Closed(), Is.EqualTo(WebSocketCloseStatus.PolicyViolation));
        Assert.That(Registry.List(), Is.Empty);
    }

    [Test]
    public async Task A_hello_that_answers_another_challenge_opens_no_door()
    {
        var root = await Enrol("anna-mac");
        using var link = await RawLink.Open(Host.Address, "anna-mac", root);
        await link.Send(link.Hello(new byte[32]));
        Assert.That(await link.Closed(), Is.EqualTo(WebSocketCloseStatus.PolicyViolation));
        Assert.That(Registry.List(), Is.Empty);
    }

    [Test]
    public async Task What_is_no_frame_ends_the_connection_and_nothing_else()
    {
        var root = await Enrol("anna-mac");
        foreach (var (type, size) in new[] { (WebSocketMessageType.Text, 10), (WebSocketMessageType.Binary, 1024 * 1024) })
        {
            using var link = await RawLink.Open(Host.Address, "anna-mac", root);
            await link.Send(new byte[size], type);
            Assert.That(await link.Closed(), Is.EqualTo(WebSocketCloseStatus.PolicyViolation).Or.Null);
        }

        using var proper = await RawLink.Open(Host.Address, "anna-mac", root);
        await proper.Send(proper.Hello(proper.Challenge));
        await Online("anna-mac");
        await proper.Send(new byte[200]);
        await proper.Send(new byte[1024 * 1024]);
        Assert.That(await proper.Closed(), Is.Not.EqualTo(WebSocketCloseStatus.InternalServerError));
    }

    [Test]
    public async Task Many_large_orders_at_once_are_refused_and_cut_nobody_off()
    {
        // It reads nothing.
        using var link = await RawLink.Open(Host.Address, "slow-mac", await Enrol("slow-mac"));
        await link.Send(link.Hello(link.Challenge));
        await Online("slow-mac");
        var worker = new WorkerId("slow-mac");
        var carrier = Host.Services.GetServices<IRelayCarrier>().Single(one => one.Reaches(worker));
        var noise = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(noise);
        var order = new Infer
        {
            RequestId = new(Guid.CreateVersion7()),
            Attempt = 1,
            SessionId = "s",
            Model = "m",
            Messages = [new(MessageRole.User, [new TextPart(Convert.ToBase64String(noise))])],
            Budget = TimeSpan.FromMinutes(1),
        };
        Assert.That(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await carrier.Send(worker, order, CancellationToken.None);
                }
            },
            Throws.TypeOf<CarrierException>());
        await carrier.Send(worker, new Cancel(order.RequestId, 1), CancellationToken.None);
        Assert.That(carrier.Reaches(worker), Is.True, "The answers of others go on.");
    }

    [TestCase("/api/v1/link?worker=nobody", 403)]
    [TestCase("/api/v1/link", 400)]
    public async Task Whoever_is_not_enrolled_gets_no_socket(string path, int status)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(LinkProtocol.Name);
        socket.Options.CollectHttpResponseDetails = true;
        var address = new Uri(Host.Address.ToString().Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + path);
        Assert.That(async () => await socket.ConnectAsync(address, CancellationToken.None), Throws.InstanceOf<WebSocketException>());
        Assert.That((int)socket.HttpStatusCode, Is.EqualTo(status));
    }

    private IWorkerRegistry Registry => Host.Services.GetRequiredService<IWorkerRegistry>();

    private async Task<string> Invite(string name) =>
        (await Owner.Post("/api/v1/admin/workers", new { name })).Json.GetProperty("code").GetString()!;

    private async Task<byte[]> Enrol(string name)
    {
        using var nobody = Host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = await Invite(name) });
        return Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
    }

    private async Task<LinkedWorker> Join(string name)
    {
        var worker = await LinkedWorker.Start(new($"http://127.0.0.1:{Way.Port}/"), name, await Enrol(name));
        await Online(name);
        return worker;
    }

    private Task Online(string name) => Eventually.Is(() => Registry.List().Any(worker => worker.Id == new WorkerId(name)));

    private async Task Heard(string request, string text)
    {
        var events = await Owner.Events($"/api/v1/requests/{request}/events", most: 3);
        Assert.That(events.Select(each => each.Event), Has.Some.EqualTo("delta"));
        Assert.That(events.First(each => each.Event == "delta").Data.GetProperty("text").GetString(), Does.StartWith(text));
    }
}
