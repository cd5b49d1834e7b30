using MeatLizard.Hosts.Tests.Hosting;
using static MeatLizard.Hosts.Tests.Inference.StoredResponses;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>Responses that go on from others: the model is told what it would be told if all of it were sent.</summary>
[TestFixture]
internal sealed class ResponseChainTests
{
    private static readonly object[] Tools =
        [new { type = "function", name = "look", parameters = new { type = "object", properties = new { q = new { type = "string" } } } }];

    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Going_on_is_the_same_prompt_as_sending_all_of_it()
    {
        var first = await Ask(new { model = "echo", input = "think of lizards", instructions = "Not to be carried over.", store = true });
        object[] second = [new { role = "developer", content = "Be brief." }, new { role = "user", content = "and then" }];
        var next = await Ask(new { model = "echo", input = second, instructions = "Be kind.", store = true, previous_response_id = first.Id });
        var last = await Ask(new { model = "echo", input = "the end", store = true, previous_response_id = next.Id });
        Assert.That(next.Json.GetProperty("previous_response_id").GetString(), Is.EqualTo(first.Id));
        var chained = _host.Engine.Prompts.Last();

        object[] all = [new { role = "user", content = "think of lizards" }, .. Output(first), .. second, .. Output(next), new { role = "user", content = "the end" }];
        _ = await Ask(new { model = "echo", input = all });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo(chained));
        Assert.That(chained, Is.EqualTo(
            """
            user: think of lizards
            assistant: (thinks) Let me see. | think of lizards
            system: Be brief.
            user: and then
            assistant: and then
            user: the end
            """));
        Assert.That(Text(last), Is.EqualTo("the end"));

        // Also by a call that is not stored itself.
        _ = await Ask(new { model = "echo", input = "the end", previous_response_id = next.Id });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo(chained));
        Assert.That((await _host.CountRows("response"))["response"], Is.EqualTo(3));
    }

    [Test]
    public async Task A_tool_is_called_in_one_and_what_it_returned_is_told_in_the_next()
    {
        var first = await Ask(new { model = "echo", input = "call look", tools = Tools, store = true });
        var call = first.Json.GetProperty("output")[0];
        Assert.That((call.GetProperty("type").GetString(), call.GetProperty("name").GetString()), Is.EqualTo(("function_call", "look")), first.Text);
        object[] result = [new { type = "function_call_output", call_id = call.GetProperty("call_id").GetString(), output = "a lizard, found" }];
        var second = await Ask(new { model = "echo", input = result, tools = Tools, background = true, previous_response_id = first.Id });
        Assert.That(Text(await _caller.Ended(second.Id)), Is.EqualTo("a lizard, found"));
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo(
            """
            user: call look
            assistant: (calls) call_1 look q=a lizard
            tool: (returns) call_1 a lizard, found
            """));
    }

    [Test]
    public async Task From_one_two_can_go_on()
    {
        var first = await Ask(new { model = "echo", input = "one", store = true });
        foreach (var text in new[] { "left", "right" })
        {
            _ = await Ask(new { model = "echo", input = text, store = true, previous_response_id = first.Id });
            Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo($"user: one\nassistant: one\nuser: {text}"));
        }
    }

    [Test]
    public async Task What_is_deleted_is_named_also_when_it_stands_further_back()
    {
        var first = await Ask(new { model = "echo", input = "one", store = true });
        var second = await Ask(new { model = "echo", input = "two", store = true, previous_response_id = first.Id });
        Assert.That((await _caller.Delete(Of(first.Id))).Status, Is.EqualTo(200));
        foreach (var (previous, store) in new[] { (first.Id, true), (second.Id, true), (second.Id, false) })
        {
            var refused = await _caller.Post(Url, new { model = "echo", input = "x", store, previous_response_id = previous });
            Assert.That((refused.Status, Error(refused)), Is.EqualTo((404, ("previous_response_not_found", "previous_response_id"))), refused.Text);
            Assert.That(refused.Text, Does.Contain(first.Id));
        }

        Assert.That(Text(await _caller.Get(Of(second.Id))), Is.EqualTo("two"), "it can still be read");
    }

    [Test]
    public async Task What_is_still_being_written_is_not_gone_on_from_and_what_was_stopped_is()
    {
        var id = await _caller.Begin("hold the line");
        var refused = await _caller.Post(Url, new { model = "echo", input = "x", store = true, previous_response_id = id });
        Assert.That((refused.Status, Error(refused)), Is.EqualTo((400, ("previous_response_unfinished", "previous_response_id"))), refused.Text);
        _ = await _caller.Read(id, most: 6);
        _ = await _caller.Post(Of(id, "/cancel"));
        _ = await Ask(new { model = "echo", input = "and now", store = true, previous_response_id = id });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo("user: hold the line\nassistant: hold\nuser: and now"));
    }

    [Test]
    public async Task What_it_was_given_is_listed_and_can_be_sent_again()
    {
        var first = await Ask(new { model = "echo", input = "call look", tools = Tools, store = true });
        object[] input =
        [
            new { role = "system", content = "Be brief." },
            new { role = "user", content = new[] { new { type = "input_text", text = "look" } } },
            new { type = "function_call", call_id = "c2", name = "look", arguments = "{}" },
            new { type = "function_call_output", call_id = "c2", output = "found" },
            new { role = "user", content = "and?" },
        ];
        var second = await Ask(new { model = "echo", input, instructions = "Never listed.", tools = Tools, store = true, previous_response_id = first.Id });
        var prompt = _host.Engine.Prompts.Last();
        var listed = (await _caller.Get(Of(second.Id, "/input_items?order=asc"))).Json;
        var items = listed.GetProperty("data").EnumerateArray().ToArray();
        Assert.That(items.Select(item => item.GetProperty("type").GetString()), Is.EqualTo(["message", "message", "function_call", "function_call_output", "message"]));
        Assert.That(listed.GetProperty("has_more").GetBoolean(), Is.False);
        _ = await Ask(new { model = "echo", input = items, instructions = "Never listed.", tools = Tools, previous_response_id = first.Id });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo(prompt));

        List<string> seen = [];
        for (string? after = null; ;)
        {
            var page = (await _caller.Get(Of(second.Id, $"/input_items?limit=2{(after is null ? "" : $"&after={after}")}"))).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            Assert.That(page.GetProperty("last_id").GetString(), Is.EqualTo(seen[^1]));
            after = seen[^1];
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }
        }

        Assert.That(seen, Is.EqualTo(items.Reverse().Select(item => item.GetProperty("id").GetString())));
        var unknown = await _caller.Get(Of(second.Id, "/input_items?after=msg_1"));
        Assert.That((unknown.Status, Error(unknown)), Is.EqualTo((400, ("invalid_value", "after"))));
        Assert.That(Error(await _caller.Get(Of(second.Id, "/input_items?limit=101"))), Is.EqualTo(("invalid_value", "limit")));
        Assert.That(Error(await _caller.Get(Of(second.Id, "/input_items?order=up"))), Is.EqualTo(("invalid_value", "order")));
    }

    [Test]
    public async Task What_outgrows_the_model_s_window_loses_its_earliest_turns_and_never_its_own_input()
    {
        // The model has 100,000 tokens; as long as nobody has counted, 0.4 of one a character are reckoned. What was stopped was not counted.
        var first = await _caller.Begin("hold " + new string('a', 110_000));
        _ = await _caller.Read(first, most: 6);
        _ = await _caller.Post(Of(first, "/cancel"));
        var (bees, seas) = (new string('b', 120_000), new string('c', 250_000));
        var second = await Ask(new { model = "echo", input = bees, store = true, previous_response_id = first });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo($"user: {bees}"));
        _ = await Ask(new { model = "echo", input = "and now", store = true, previous_response_id = second.Id });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo($"user: {bees}\nassistant: {bees}\nuser: and now"), "what was left out stays out");

        _ = await Ask(new { model = "echo", input = new[] { new { role = "user", content = seas }, new { role = "user", content = "and now" } }, store = true });
        Assert.That(_host.Engine.Prompts.Last(), Is.EqualTo($"user: {seas}\nuser: and now"), "it is the engine's to refuse");
    }

    private async Task<Answer> Ask(object body)
    {
        var answer = await _caller.Post(Url, body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer;
    }

    private static IEnumerable<object> Output(Answer response) => response.Json.GetProperty("output").EnumerateArray().Cast<object>();
}
