using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using Moq;

namespace MeatLizard.Application.Tests.Conversations;

internal sealed class ListMessagesTests
{
    [TestCase(10, 200, 200)]
    [TestCase(10, 120, 120)]
    [TestCase(10, 7, 7)]
    [TestCase(100_000, 200, 50)]
    [TestCase(15_000, 200, 150)]
    public async Task A_page_ends_early_where_it_would_be_too_much_to_hold(int characters, int limit, int expected)
    {
        var (sessions, messages) = (new Mock<ISessionStore>(), new Mock<IMessageStore>());
        var session = ChatSession.Open(Branches.Session, Stage.Anna, new(Guid.Empty), new(null, null, null, null, null), Branches.Now);
        sessions.Setup(store => store.Find(Branches.Session, It.IsAny<CancellationToken>())).ReturnsAsync(session);
        var text = new string('x', characters);
        messages
            .Setup(store => store.List(Branches.Session, It.IsAny<int>(), It.IsAny<string?>(), true, It.IsAny<CancellationToken>()))
            .ReturnsAsync((SessionId _, int count, string? cursor, bool _, CancellationToken _) => new(
                [.. Enumerable.Range(0, count).Select(_ => Branches.Said(MessageRole.User, text))], $"{int.Parse(cursor ?? "0", null) + count}"));
        var current = new CurrentActor { Actor = new(Stage.Anna, Role.Member, []) };
        var handler = new ListMessagesHandler(new(sessions.Object, messages.Object, current), messages.Object);

        var page = (await handler.Handle(new(Branches.Session, limit, null, NewestFirst: true), CancellationToken.None)).Value;
        Assert.That((page.Items.Count, page.NextCursor), Is.EqualTo((expected, $"{expected}")));
    }
}
