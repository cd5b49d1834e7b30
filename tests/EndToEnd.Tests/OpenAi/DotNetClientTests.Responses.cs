using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using MeatLizard.Testing;
using OpenAI.Responses;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>Responses: answered at once, streamed, in the background.</summary>
internal sealed partial class DotNetClientTests
{
    private static ResponseTool Tool => ResponseTool.CreateFunctionTool("look", LookParameters, strictModeEnabled: true, "Looks something up");

    private ResponsesClient Client => new(_key, new ResponsesClientOptions { Endpoint = new(_server.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) });

    [Test]
    public async Task It_makes_responses_and_streams_them()
    {
        var client = Client;
        CreateResponseOptions Asked() => new("tiny", [ResponseItem.CreateUserMessageItem("Why do lizards bask?")])
        {
            Instructions = "Be brief.",
            StoredOutputEnabled = false,
            MaxOutputTokenCount = 24,
            Temperature = 0,
        };
        var whole = (await client.CreateResponseAsync(Asked())).Value;
        var text = "";
        ResponseResult? ended = null;
        var streamed = Asked();
        streamed.StreamingEnabled = true;
        await foreach (var update in client.CreateResponseStreamingAsync(streamed))
        {
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    text += delta.Delta;
                    break;
                case StreamingResponseCompletedUpdate completed:
                    ended = completed.Response;
                    break;
                case StreamingResponseIncompleteUpdate incomplete:
                    ended = incomplete.Response;
                    break;
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whole.GetOutputText(), Is.Not.Empty.And.EqualTo(text));
            Assert.That(ended?.GetOutputText(), Is.EqualTo(text));
            Assert.That(ended?.Usage.OutputTokenCount, Is.EqualTo(whole.Usage.OutputTokenCount));
            Assert.That(whole.Status, Is.AnyOf(ResponseStatus.Completed, ResponseStatus.Incomplete));
        }
    }

    [Test]
    public async Task Events_are_numbered_and_bring_thoughts_text_and_calls_apart()
    {
        var thinking = await Read(Client.CreateResponseStreamingAsync(Asked("thinker", "hello", streamed: true)));
        var asked = Asked("caller", "hello", streamed: true);
        (asked.MaxOutputTokenCount, asked.ToolChoice) = (600, ResponseToolChoice.CreateRequiredChoice());
        asked.Tools.Add(Tool);
        var calling = await Read(Client.CreateResponseStreamingAsync(asked));
        using (Assert.EnterMultipleScope())
        {
            foreach (var events in (StreamingResponseUpdate[][])[thinking, calling])
            {
                Assert.That(events.Select(one => one.SequenceNumber), Is.EqualTo(Enumerable.Range(0, events.Length)));
                Assert.That(events[0], Is.InstanceOf<StreamingResponseCreatedUpdate>());
                Assert.That(events[1], Is.InstanceOf<StreamingResponseInProgressUpdate>());
            }

            var thought = string.Concat(thinking.OfType<StreamingResponseReasoningTextDeltaUpdate>().Select(one => one.Delta));
            Assert.That(thought, Is.Not.Empty.And.EqualTo(thinking.OfType<StreamingResponseReasoningTextDoneUpdate>().Single().Text));
            Assert.That(End(thinking).OutputItems[0], Is.InstanceOf<ReasoningResponseItem>());
            Assert.That(End(thinking).GetOutputText() ?? "", Is.EqualTo(string.Concat(thinking.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(one => one.Delta))));

            var first = calling.OfType<StreamingResponseFunctionCallArgumentsDoneUpdate>().First();
            var call = End(calling).OutputItems.OfType<FunctionCallResponseItem>().First();
            Assert.That((call.FunctionName, call.Id, call.FunctionArguments.ToString()), Is.EqualTo(("look", first.ItemId, first.FunctionArguments.ToString())));
            Assert.That(JsonNode.Parse(call.FunctionArguments)!["q"], Is.Not.Null);
        }
    }

    [Test]
    public async Task A_call_and_what_it_returned_are_sent_back()
    {
        var asked = Asked("caller", "hello");
        (asked.MaxOutputTokenCount, asked.ToolChoice) = (600, ResponseToolChoice.CreateRequiredChoice());
        asked.Tools.Add(Tool);
        var first = (await Client.CreateResponseAsync(asked)).Value;
        var call = first.OutputItems.OfType<FunctionCallResponseItem>().First();

        // A random model may call on and on.
        var next = Asked("caller", "hello");
        foreach (var item in first.OutputItems.TakeWhile(item => item != call))
        {
            next.InputItems.Add(item);
        }

        next.InputItems.Add(call);
        next.Tools.Add(Tool);
        next.ToolChoice = ResponseToolChoice.CreateNoneChoice();
        next.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "found"));
        var after = (await Client.CreateResponseAsync(next)).Value;
        Assert.That(after.Usage.InputTokenCount, Is.GreaterThan(first.Usage.InputTokenCount));
    }

    [Test]
    public async Task A_response_has_the_form_that_was_asked_for()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}""");
        var asked = Asked("tiny", "Is it?");
        asked.MaxOutputTokenCount = 300;
        asked.TextOptions = new() { TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("verdict", schema, jsonSchemaIsStrict: true) };
        Assert.That(JsonNode.Parse((await Client.CreateResponseAsync(asked)).Value.GetOutputText())!["ok"]!.GetValue<bool>(), Is.AnyOf(true, false));
    }

    [Test]
    public async Task A_response_in_the_background_is_retrieved_read_from_any_event_gone_on_from_and_deleted()
    {
        var made = (await Client.CreateResponseAsync(Asked("tiny", "Why?", background: true))).Value;
        Assert.That((made.Status, made.BackgroundModeEnabled), Is.EqualTo((ResponseStatus.Queued, true)));
        var ended = made;
        await Eventually.Is(async () => (ended = (await Client.GetResponseAsync(made.Id)).Value).Status is ResponseStatus.Completed or ResponseStatus.Incomplete);

        var all = await Read(Client.GetResponseStreamingAsync(new GetResponseOptions(made.Id) { StreamingEnabled = true }));
        var rest = await Read(Client.GetResponseStreamingAsync(new GetResponseOptions(made.Id) { StreamingEnabled = true, StartingAfter = 4 }));
        List<ResponseItem> input = [];
        await foreach (var item in Client.GetResponseInputItemsAsync(made.Id))
        {
            input.Add(item);
        }

        var following = Asked("tiny", "And now?");
        following.PreviousResponseId = made.Id;
        var next = (await Client.CreateResponseAsync(following)).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.GetOutputText(), Is.Not.Empty.And.EqualTo(End(all).GetOutputText()));
            Assert.That(all.Select(one => one.SequenceNumber), Is.EqualTo(Enumerable.Range(0, all.Length)));
            Assert.That(all[1], Is.InstanceOf<StreamingResponseQueuedUpdate>());
            Assert.That(rest.Select(one => (one.SequenceNumber, one.Kind)), Is.EqualTo(all[5..].Select(one => (one.SequenceNumber, one.Kind))));
            Assert.That(((MessageResponseItem)input.Single()).Content[0].Text, Is.EqualTo("Why?"));
            Assert.That((await Client.CancelResponseAsync(made.Id)).Value.Status, Is.EqualTo(ended.Status), "what has ended stays as it is");
            Assert.That(next.Usage.InputTokenCount, Is.GreaterThan(ended.Usage.InputTokenCount + ended.Usage.OutputTokenCount));
        }

        Assert.That((await Client.DeleteResponseAsync(made.Id)).Value.Deleted, Is.True);
        Assert.That(async () => await Client.GetResponseAsync(made.Id), Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(404));
    }

    [Test]
    public async Task A_stream_that_was_left_goes_on_in_the_background_and_is_taken_up_where_it_was_left()
    {
        var asked = Asked("tiny", "Why?", streamed: true, background: true);
        string? id = null;
        List<int> seen = [];
        await foreach (var update in Client.CreateResponseStreamingAsync(asked))
        {
            id ??= ((StreamingResponseCreatedUpdate)update).Response.Id;
            seen.Add(update.SequenceNumber);
            if (seen.Count == 3)
            {
                break;
            }
        }

        var rest = await Read(Client.GetResponseStreamingAsync(new GetResponseOptions(id!) { StreamingEnabled = true, StartingAfter = seen[^1] }));
        Assert.That(seen.Concat(rest.Select(one => one.SequenceNumber)), Is.EqualTo(Enumerable.Range(0, seen.Count + rest.Length)));
        Assert.That(End(rest).GetOutputText(), Is.EqualTo((await Client.GetResponseAsync(id!)).Value.GetOutputText()).And.Not.Empty);
    }

    [Test]
    public async Task A_response_in_the_background_is_cancelled_and_its_slot_is_free()
    {
        var asked = Asked("endless", "hello", background: true);
        asked.MaxOutputTokenCount = null;
        var made = (await Client.CreateResponseAsync(asked)).Value;
        await Eventually.Is(async () => await _server.SlotsFree() == 0);
        Assert.That((await Client.CancelResponseAsync(made.Id)).Value.Status, Is.EqualTo(ResponseStatus.Cancelled));
        await Eventually.Is(async () => await _server.SlotsFree() == 1);
        Assert.That((await Client.GetResponseAsync(made.Id)).Value.Status, Is.EqualTo(ResponseStatus.Cancelled));

        // The client has no class for the event that ends such a stream, and reads it all the same.
        var events = await Read(Client.GetResponseStreamingAsync(new GetResponseOptions(made.Id) { StreamingEnabled = true }));
        Assert.That(events[^1].Kind.ToString(), Is.EqualTo("response.cancelled"));
    }

    [Test]
    public void Refusals_of_responses_are_those_that_the_client_knows()
    {
        var asked = Asked("tiny", "x");
        asked.TruncationMode = ResponseTruncationMode.Auto;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                async () => await Client.CreateResponseAsync(asked), Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(400).And.Message.Contains("truncation"));
            Assert.That(async () => await Client.GetResponseAsync("resp_1"), Throws.TypeOf<ClientResultException>().With.Property("Status").EqualTo(404));
        }
    }

    private static CreateResponseOptions Asked(string model, string input, bool streamed = false, bool background = false) =>
        new(model, [ResponseItem.CreateUserMessageItem(input)])
        {
            StreamingEnabled = streamed ? true : null,
            BackgroundModeEnabled = background ? true : null,
            StoredOutputEnabled = background,
            MaxOutputTokenCount = 24,
        };

    private static ResponseResult End(StreamingResponseUpdate[] events) => events[^1] switch
    {
        StreamingResponseCompletedUpdate completed => completed.Response,
        StreamingResponseIncompleteUpdate incomplete => incomplete.Response,
        var other => throw new AssertionException($"It ended with {other.Kind}."),
    };

    private static async Task<StreamingResponseUpdate[]> Read(AsyncCollectionResult<StreamingResponseUpdate> stream)
    {
        List<StreamingResponseUpdate> events = [];
        await foreach (var update in stream)
        {
            events.Add(update);
        }

        return [.. events];
    }
}
