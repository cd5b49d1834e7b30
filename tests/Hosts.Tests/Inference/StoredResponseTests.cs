using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using static MeatLizard.Hosts.Tests.Inference.StoredResponses;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>Responses that are stored or go on in the background, from their first call to their last.</summary>
[TestFixture]
internal sealed class StoredResponseTests
{
    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start("--Limits:PerHour=100000");
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task In_the_background_it_is_queued_at_once_then_under_way_then_there()
    {
        var id = await _caller.Begin("hold the line");
        await Eventually.Is(async () => Status(await _caller.Get(Of(id))) == "in_progress");
        Assert.That((await _caller.Get(Of(id))).Json.GetProperty("output").GetArrayLength(), Is.Zero);
        _host.Engine.Release();
        var ended = await _caller.Ended(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((Status(ended), Text(ended)), Is.EqualTo(("completed", "hold the line")), ended.Text);
            Assert.That(ended.Json.GetProperty("background").GetBoolean(), Is.True);
            Assert.That(ended.Json.GetProperty("store").GetBoolean(), Is.True, "what goes on in the background is stored without being told so");
            Assert.That(ended.Json.GetProperty("usage").GetProperty("output_tokens").GetInt32(), Is.EqualTo(3));
            Assert.That(id, Does.Match("^resp_[0-9a-f]{32}$"));
        }
    }

    [Test]
    public async Task A_stored_one_is_answered_in_the_same_call_and_can_be_asked_for_again_as_it_was()
    {
        object[] tools = [new { type = "function", name = "look", parameters = new { type = "object" } }];
        var answer = await _caller.Post(Url, new
        {
            model = "echo",
            instructions = "Be brief.",
            input = "think of lizards",
            store = true,
            temperature = 0.5,
            max_output_tokens = 50,
            tools,
            tool_choice = "auto",
            metadata = new { a = "b" },
            user = "u",
            text = new { format = new { type = "text" } },
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Header("X-MeatLizard-Origin"), Does.StartWith("worker:"));
        Assert.That((await _caller.Get(Of(answer.Id))).Text, Is.EqualTo(answer.Text));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Json.GetProperty("output").EnumerateArray().Select(item => item.GetProperty("type").GetString()), Is.EqualTo(["reasoning", "message"]));
            Assert.That(answer.Json.GetProperty("metadata").GetProperty("a").GetString(), Is.EqualTo("b"));
            Assert.That(answer.Json.GetProperty("tools")[0].GetProperty("name").GetString(), Is.EqualTo("look"));
            Assert.That(answer.Json.GetProperty("instructions").GetString(), Is.EqualTo("Be brief."));
            Assert.That((answer.Json.GetProperty("store").GetBoolean(), answer.Json.GetProperty("background").GetBoolean()), Is.EqualTo((true, false)));
            Assert.That(_host.Engine.Prompts.Single(), Is.EqualTo("system: Be brief.\nuser: think of lizards"));
        }
    }

    [Test]
    public async Task Without_store_nothing_is_stored()
    {
        var answer = await _caller.Post(Url, new { model = "echo", input = "x" });
        Assert.That(answer.Json.GetProperty("store").GetBoolean(), Is.False);
        Assert.That((await _caller.Get(Of(answer.Id))).Status, Is.EqualTo(404));
        Assert.That((await _host.CountRows("response", "chat_session", "message")).Values, Is.All.Zero);
    }

    [Test]
    public async Task A_cut_off_one_is_incomplete_and_one_that_broke_says_why()
    {
        var cut = await _caller.Ended(await _caller.Begin("cut this"));
        Assert.That((Status(cut), cut.Json.GetProperty("incomplete_details").GetProperty("reason").GetString()), Is.EqualTo(("incomplete", "max_output_tokens")));
        var broken = await _caller.Ended(await _caller.Begin("break now"));
        Assert.That((Status(broken), broken.Json.GetProperty("error").GetProperty("code").GetString()), Is.EqualTo(("failed", "engine_crashed")), broken.Text);

        // Whoever waits in the call gets a status, as of one that isn't stored.
        var waited = await _caller.Post(Url, new { model = "echo", input = "break now", store = true });
        Assert.That((waited.Status, waited.Code), Is.EqualTo((503, "engine_crashed")), waited.Text);
    }

    [Test]
    public async Task Cancelling_stops_the_model_keeps_what_has_come_and_may_be_repeated()
    {
        var id = await _caller.Begin("hold the line");
        await Eventually.Is(async () => (await _caller.Read(id, most: 6)).Length == 6);
        var cancelled = await _caller.Post(Of(id, "/cancel"));
        Assert.That((cancelled.Status, Status(cancelled), Text(cancelled)), Is.EqualTo((200, "cancelled", "hold")), cancelled.Text);
        await Eventually.Is(() => _host.Engine.Running == 0);
        Assert.That((await _caller.Post(Of(id, "/cancel"))).Text, Is.EqualTo(cancelled.Text));
        Assert.That((await _caller.Get(Of(id))).Text, Is.EqualTo(cancelled.Text));
        Assert.That(Type((await _caller.Read(id))[^1]), Is.EqualTo("response.cancelled"));

        var over = await _caller.Ended(await _caller.Begin("over"));
        Assert.That((await _caller.Post(Of(over.Id, "/cancel"))).Text, Is.EqualTo(over.Text), "what has ended stays as it is");
    }

    [Test]
    public async Task What_is_not_in_the_background_is_not_cancelled_but_hung_up()
    {
        var stored = await _caller.Post(Url, new { model = "echo", input = "x", store = true });
        var refused = await _caller.Post(Of(stored.Id, "/cancel"));
        Assert.That((refused.Status, Error(refused)), Is.EqualTo((400, ("not_background", "background"))), refused.Text);

        string id;
        using (var left = await _caller.Open(Url, new { model = "echo", input = "hold the line", store = true, stream = true }))
        {
            id = await First(left);
            await Eventually.Is(() => _host.Engine.Running == 1);
        }

        Assert.That(Status(await _caller.Ended(id)), Is.EqualTo("cancelled"));
        await Eventually.Is(() => _host.Engine.Running == 0);

        using var leaving = new CancellationTokenSource();
        var whole = _caller.Abandon(Url, new { model = "echo", input = "hold the line", store = true }, leaving.Token);
        await Eventually.Is(() => _host.Engine.Running == 1);
        await leaving.CancelAsync();
        Assert.That(async () => await whole, Throws.InstanceOf<OperationCanceledException>());
        await Eventually.Is(() => _host.Engine.Running == 0);
    }

    [Test]
    public async Task In_the_background_and_with_a_key_it_goes_on_when_its_caller_leaves()
    {
        string background;
        using (var left = await _caller.Open(Url, new { model = "echo", input = "hold one", background = true, stream = true }))
        {
            background = await First(left);
            await Eventually.Is(() => _host.Engine.Running == 1);
        }

        using var leaving = new CancellationTokenSource();
        var body = new { model = "echo", input = "hold two", store = true };
        var keyed = _caller.Abandon(Url, body, leaving.Token, ("Idempotency-Key", "again"));
        await Eventually.Is(() => _host.Engine.Running == 2);
        await leaving.CancelAsync();
        Assert.That(async () => await keyed, Throws.InstanceOf<OperationCanceledException>());
        _host.Engine.Release();
        Assert.That(Text(await _caller.Ended(background)), Is.EqualTo("hold one"));
        Assert.That(Text(await _caller.Post(Url, body, ("Idempotency-Key", "again"))), Is.EqualTo("hold two"));
        Assert.That(_host.Engine.Asked, Is.EqualTo(2));
    }

    [Test]
    public async Task The_same_key_makes_one_and_another_body_is_refused()
    {
        var one = await _caller.Post(Url, new { model = "echo", input = "x", background = true }, ("Idempotency-Key", "k"));
        var again = await _caller.Post(Url, new { model = "echo", input = "x", background = true }, ("Idempotency-Key", "k"));
        Assert.That(again.Id, Is.EqualTo(one.Id));
        var other = await _caller.Post(Url, new { model = "echo", input = "y", background = true }, ("Idempotency-Key", "k"));
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_mismatch")));
        Assert.That((await _host.CountRows("response"))["response"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_deleted_one_is_gone_also_while_it_is_written()
    {
        var held = await _caller.Begin("hold the line");
        await Eventually.Is(() => _host.Engine.Running == 1);
        var over = await _caller.Ended(await _caller.Begin("over"));
        foreach (var id in new[] { held, over.Id })
        {
            var deleted = await _caller.Delete(Of(id));
            Assert.That((deleted.Status, deleted.Id, deleted.Json.GetProperty("deleted").GetBoolean()), Is.EqualTo((200, id, true)), deleted.Text);
            Assert.That((await _caller.Get(Of(id))).Status, Is.EqualTo(404));
            Assert.That((await _caller.Delete(Of(id))).Status, Is.EqualTo(404));
        }

        await Eventually.Is(() => _host.Engine.Running == 0);
        string[] tables = ["response", "chat_session", "message", "relay_request", "reply_event"];
        await Eventually.Is(async () => (await _host.CountRows(tables)).Values.All(count => count == 0));
    }

    [Test]
    public async Task Somebody_elses_and_a_missing_one_are_the_same_404()
    {
        var id = (await _caller.Ended(await _caller.Begin("mine"))).Id;
        using var other = await _host.Member("other", Role.Admin);
        var missing = $"resp_{Guid.CreateVersion7():N}";
        foreach (var (method, more) in new[] { ("GET", ""), ("GET", "?stream=true"), ("GET", "/input_items"), ("POST", "/cancel"), ("DELETE", "") })
        {
            var texts = new List<string>();
            foreach (var tried in new[] { id, missing, "resp_1", "none", id.ToUpperInvariant(), id["resp_".Length..] })
            {
                var answer = await other.Send(new(method), Of(tried, more), null);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "not_found")), $"{method} {tried}{more}: {answer.Text}");
                texts.Add(answer.Text);
            }

            Assert.That(texts.Distinct().Count(), Is.EqualTo(1), $"{method} {more}");
        }

        var chained = await other.Post(Url, new { model = "echo", input = "x", store = true, previous_response_id = id });
        Assert.That((chained.Status, Error(chained)), Is.EqualTo((404, ("previous_response_not_found", "previous_response_id"))), chained.Text);
        Assert.That((await _caller.Get(Of(id))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task It_is_no_conversation()
    {
        var id = (await _caller.Ended(await _caller.Begin("mine"))).Id;
        var guid = Guid.ParseExact(id["resp_".Length..], "N");
        Assert.That((await _caller.Get("/api/v1/sessions")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        foreach (var path in new[] { $"sessions/{guid}", $"sessions/{guid}/messages", $"requests/{guid}" })
        {
            Assert.That((await _caller.Get($"/api/v1/{path}")).Status, Is.EqualTo(404), path);
        }

        Assert.That((await _caller.Post($"/api/v1/sessions/{guid}/messages", new { content = "x" })).Status, Is.EqualTo(404));
        Assert.That((await _caller.Delete($"/api/v1/sessions/{guid}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task It_costs_once_in_no_place_and_holds_one_of_the_open_answers()
    {
        using var owner = await _host.Owner();
        var limit = new { scope = "user", scope_id = $"{_caller.UserId}", measure = "concurrency", amount = 1 };
        Assert.That((await owner.Put("/api/v1/admin/limits", limit)).Status, Is.EqualTo(200));
        var id = await _caller.Begin("hold the line");
        var refused = await _caller.Post(Url, new { model = "echo", input = "x", background = true });
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "rate_limit_exceeded")), refused.Text);
        _host.Engine.Release();
        _ = await _caller.Ended(id);

        // The place among the open ones is free a moment after the end is stored.
        Answer? next = null;
        await Eventually.Is(async () => (next = await _caller.Post(Url, new { model = "echo", input = "next", background = true })).Status == 200);
        _ = await _caller.Ended(next!.Id);

        var usage = await _host.Services.GetRequiredService<IDialect>().Read<string>(
            new("", "SELECT model FROM usage_entry WHERE place_id IS NULL"), CancellationToken.None);
        Assert.That(usage, Is.EqualTo(["echo", "echo"]));
        Assert.That((await _host.CountRows("usage_entry"))["usage_entry"], Is.EqualTo(2));
    }

    [Test]
    public async Task What_nobody_can_answer_is_refused_before_it_is_stored()
    {
        var answer = await _caller.Post(Url, new { model = "nobody", input = "x", background = true });
        Assert.That((answer.Status, Error(answer)), Is.EqualTo((404, ("model_not_found", "model"))), answer.Text);
        Assert.That((await _host.CountRows("response"))["response"], Is.Zero);
    }

    [Test]
    public async Task Old_ones_go_and_take_with_them_only_what_nothing_goes_on_from()
    {
        var first = (await _caller.Ended(await _caller.Begin("one"))).Id;
        var second = (await _caller.Post(Url, new { model = "echo", input = "two", store = true, previous_response_id = first })).Id;
        var useCases = _host.Services.GetRequiredService<UseCases>();
        var none = await useCases.Send(new RemoveOldResponses(DateTimeOffset.UtcNow.AddDays(-1)), null, CancellationToken.None);
        Assert.That(none.Value, Is.Zero);
        Assert.That((await _caller.Get(Of(first))).Status, Is.EqualTo(200));

        var both = await useCases.Send(new RemoveOldResponses(DateTimeOffset.UtcNow.AddDays(1)), null, CancellationToken.None);
        Assert.That(both.Value, Is.EqualTo(2));
        Assert.That((await _caller.Get(Of(first))).Status, Is.EqualTo(404));
        Assert.That((await _caller.Get(Of(second))).Status, Is.EqualTo(404));
        Assert.That((await _host.CountRows("response", "chat_session", "message")).Values, Is.All.Zero);
    }

    private static async Task<string> First(OpenAnswer stream)
    {
        while (true)
        {
            if (await stream.Line() is { } line && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("response").GetProperty("id").GetString()!;
            }
        }
    }
}
