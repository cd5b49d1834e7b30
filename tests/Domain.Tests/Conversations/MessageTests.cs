using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Tests.Conversations;

internal sealed class MessageTests
{
    [Test]
    public void The_text_of_a_message_joins_its_text_parts_and_nothing_else() => Assert.That(
        Of(
            new TextPart("one "),
            new ReasoningPart("hm"),
            new ToolCallPart("1", "search", "{}"),
            new ToolResultPart("1", "found"),
            new FilePart("00", "a.txt", "text/plain", 1),
            new UnknownPart("later", "{}"),
            new TextPart("two")).Text,
        Is.EqualTo("one two"));

    [Test]
    public void A_message_without_text_parts_has_an_empty_text() => Assert.That(Of(new ReasoningPart("hm")).Text, Is.Empty);

    [Test]
    public void A_single_text_part_is_not_copied()
    {
        var text = new string('a', 10);
        Assert.That(Of(new TextPart(text)).Text, Is.SameAs(text));
    }

    private static Message Of(params MessagePart[] parts) => new()
    {
        Id = Sessions.Question,
        SessionId = new(Guid.Empty),
        ParentId = null,
        Sequence = 1,
        Role = MessageRole.User,
        Parts = parts,
        Status = MessageStatus.Complete,
        CreatedAt = Sessions.Now,
    };
}
