using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Relay;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>One message, start to finish, with a real llama-server behind sealed frames.</summary>
[TestFixture]
internal sealed class ConversationTests
{
    private TestFolder _folder = null!;
    private RelayHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Tiny(_folder.File("models"));
        _host = await (await RelayHost.Start(_folder)).WithModel();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task An_answer_is_streamed_and_stored_alike()
    {
        IReadOnlyList<ReplyEvent> events;
        IReadOnlyList<Message> messages;
        string streamed;
        do
        {
            // A model of random numbers chooses now and then to say nothing.
            var session = await _host.OpenSession();
            var turn = await _host.Say(session, "Hello, who are you?");
            events = await _host.ReadToEnd(turn.Request.Id);
            messages = await _host.Messages(session);
            streamed = string.Concat(events.OfType<ReplyDelta>().Where(delta => delta.Kind == ChunkKind.Text).Select(delta => delta.Text));
        }
        while (events is [.., ReplyCompleted] && streamed.Length == 0);

        Assert.That(events.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, events.Count).Select(id => (long)id)));
        Assert.That(events[0], Is.InstanceOf<ReplyQueued>());
        Assert.That(events[1], Is.InstanceOf<ReplyStarted>());
        Assert.That(events[^1], Is.InstanceOf<ReplyCompleted>());
        Assert.That(messages, Has.Count.EqualTo(2));
        Assert.That(messages[1].Text, Is.EqualTo(streamed).And.Not.Empty);
        Assert.That(messages[1].Status, Is.EqualTo(MessageStatus.Complete));
        Assert.That(messages[1].Origin, Is.EqualTo(new Origin(OriginKind.Worker, "local", "tiny")));
        Assert.That(messages[1].Usage!.CompletionTokens, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_second_message_while_a_turn_is_open_is_refused_with_its_request()
    {
        var session = await _host.OpenSession();
        var turn = await _host.Say(session, "First.");
        var second = await _host.Send(new SubmitMessage(session, [new TextPart("Second.")], null, null));
        await _host.ReadToEnd(turn.Request.Id);

        // The tiny model may have been done before the second message came.
        Assert.That(second.Refusal?.Code ?? "turn_open", Is.EqualTo("turn_open"));
        Assert.That(second.Refusal?.RequestId ?? turn.Request.Id.Value, Is.EqualTo(turn.Request.Id.Value));
    }

    [Test]
    public async Task Regenerating_adds_a_sibling_and_moves_the_leaf()
    {
        var session = await _host.OpenSession();
        await _host.ReadToEnd((await _host.Say(session, "Once.")).Request.Id);
        var first = (await _host.Messages(session))[1];
        var again = (await _host.Send(new RegenerateAnswer(first.Id, null))).Value;
        await _host.ReadToEnd(again.Request.Id);
        var messages = await _host.Messages(session);

        Assert.That(messages, Has.Count.EqualTo(3));
        Assert.That(messages[2].ParentId, Is.EqualTo(first.ParentId));
        Assert.That((await _host.Send(new GetSession(session))).Value.LeafId, Is.EqualTo(messages[2].Id));
    }

    [Test]
    public async Task Continuing_an_answer_begins_with_its_text()
    {
        var session = await _host.OpenSession();
        await _host.ReadToEnd((await _host.Say(session, "Tell me more.")).Request.Id);
        var first = (await _host.Messages(session))[1];
        var more = (await _host.Send(new ContinueAnswer(first.Id, null))).Value;
        var events = await _host.ReadToEnd(more.Request.Id);
        var messages = await _host.Messages(session);

        Assert.That(events.OfType<ReplyDelta>().First().Text, Is.EqualTo(first.Text));
        Assert.That(messages[2].Text, Does.StartWith(first.Text));
        Assert.That(messages[2].Parts, Has.Count.EqualTo(1));
    }
}
