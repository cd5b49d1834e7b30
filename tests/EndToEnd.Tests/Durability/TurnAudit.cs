using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>Whether what is stored about a turn is what was promised.</summary>
internal static class TurnAudit
{
    private const int All = 1_000_000;

    /// <param name="asked">The id of the user's message, as the client was told.</param>
    /// <returns>The answer.</returns>
    public static async Task<Message> OneEnd(TestDatabase database, Guid session, Guid asked, Reading reading)
    {
        await using var scope = database.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var request = (await services.GetRequiredService<IRequestStore>().Find(new(reading.Request), CancellationToken.None))!.State;
        var stored = await services.GetRequiredService<ISessionStore>().Find(new(session), CancellationToken.None);
        var events = await services.GetRequiredService<IReplyLog>().Read(request.Id, 0, All, CancellationToken.None);
        var messages = (await services.GetRequiredService<IMessageStore>().List(new(session), 200, null, false, CancellationToken.None)).Items;
        var answers = messages.Where(message => message.Role == MessageRole.Assistant).ToArray();

        Assert.That(request.IsOpen, Is.False, "the request has ended");
        Assert.That(stored!.State.OpenRequestId, Is.Null, "the session has no turn open");
        Assert.That(messages.Count(message => message.Role == MessageRole.User), Is.EqualTo(1), "the user said it once");
        Assert.That(messages[0].Id.Value, Is.EqualTo(asked), "what the user said is there, by the id that was given");
        Assert.That(answers, Has.Length.EqualTo(1), "there is one answer");
        Assert.That(events.Select(happened => happened.Id), Is.EqualTo(Enumerable.Range(1, events.Count).Select(id => (long)id)), "event ids have no gap");
        Assert.That(events.Count(happened => happened.IsEnd), Is.EqualTo(1), "there is one end");
        Assert.That(events[^1].IsEnd, Is.True, "the end is the last");
        Assert.That(string.Concat(events.OfType<ReplyDelta>().Select(delta => delta.Text)), Is.EqualTo(Whole(answers[0])), "the answer is what was streamed");
        Assert.That(reading.LastId, Is.EqualTo(events[^1].Id), "the reader has heard it all");
        Assert.That(string.Concat(reading.Parts), Is.EqualTo(Whole(answers[0])), "the reader holds what is stored");
        return answers[0];
    }

    private static string Whole(Message message) => string.Concat(message.Parts.Select(part => part switch
    {
        TextPart text => text.Text,
        ReasoningPart thought => thought.Text,
        _ => string.Empty,
    }));
}
