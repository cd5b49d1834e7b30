using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Tests.Conversations;

internal sealed class ContextWindowTests
{
    private const int Window = 1000;
    private const int PerMessage = 8;

    /// <summary>One token for each character, so that lengths are tokens.</summary>
    private static readonly ChatSessionState Session = ChatSession.Open(
        Branches.Session,
        new(Guid.Empty),
        new(Guid.Empty),
        new(null, null, null, null, null),
        Branches.Now).State with
    { TokensPerCharacter = 1 };

    [Test]
    public void What_fills_four_fifths_of_the_window_is_left_alone() =>
        Assert.That(ContextWindow.Trim(Sized(300, 300, 200 - 4 * PerMessage), null, Session, Window), Is.Null);

    [Test]
    public void One_token_more_is_trimmed()
    {
        var branch = Sized(300, 300, 201 - 4 * PerMessage);
        Assert.That(ContextWindow.Trim(branch, null, Session, Window), Is.EqualTo(branch[2].Id));
    }

    [Test]
    public void The_system_prompt_counts()
    {
        var branch = Sized(300, 300, 200 - 4 * PerMessage);
        Assert.That(ContextWindow.Trim(branch, null, Session with { SystemPrompt = "x" }, Window), Is.EqualTo(branch[2].Id));
    }

    [Test]
    public void An_answer_that_is_carried_on_counts()
    {
        var branch = Sized(100, 100, 200 - 4 * PerMessage);
        Assert.That(ContextWindow.Trim(branch, Sized(400 - PerMessage)[0], Session, Window), Is.Null);
        Assert.That(ContextWindow.Trim(branch, Sized(401 - PerMessage)[0], Session, Window), Is.EqualTo(branch[2].Id));
    }

    [Test]
    public void A_long_question_goes_together_with_its_answer_even_when_the_question_alone_made_room_enough()
    {
        var branch = Sized(500, 300, 50);
        Assert.That(ContextWindow.Trim(branch, null, Session, Window), Is.EqualTo(branch[2].Id));
    }

    [Test]
    public void A_trimmed_prompt_begins_with_a_question_and_fills_three_fifths_at_most([Range(0, 60)] int seed)
    {
        var random = new Random(seed);
        var branch = Sized([.. Enumerable.Range(0, 1 + 2 * random.Next(1, 15)).Select(_ => random.Next(1, 400))]);
        var from = ContextWindow.Trim(branch, null, Session, Window);
        if (Cost(branch) <= Window * 0.8)
        {
            Assert.That(from, Is.Null);
            return;
        }

        var kept = branch.SkipWhile(message => message.Id != from).ToArray();
        Assert.That(kept, Is.Not.Empty);
        Assert.That(kept[0].Role, Is.EqualTo(MessageRole.User));
        Assert.That(Cost(kept) <= Window * 0.6 || kept.Length == 1, $"{Cost(kept)} tokens are left.");

        // No more is forgotten than needed: one turn more would not have fitted.
        var oneMore = branch.Skip(branch.Count - kept.Length - 2).ToArray();
        Assert.That(Cost(oneMore), Is.GreaterThan(Window * 0.6));
    }

    [Test]
    public void A_question_that_is_too_long_all_by_itself_is_left_to_the_engine_to_refuse() =>
        Assert.That(ContextWindow.Trim(Sized(2000), null, Session, Window), Is.Null);

    [Test]
    public void Several_turns_pass_after_a_trim_before_the_next()
    {
        var branch = Sized(50).ToList();
        List<int> trims = [];
        for (var turn = 1; turn <= 40; turn++)
        {
            if (ContextWindow.Trim(branch, null, Session, Window) is { } from)
            {
                trims.Add(turn);
                branch = [.. branch.SkipWhile(message => message.Id != from)];
            }

            branch.Add(Branches.Said(MessageRole.Assistant, new('a', 20)));
            branch.Add(Branches.Said(MessageRole.User, new('u', 20)));
        }

        Assert.That(trims, Has.Count.GreaterThan(2));
        Assert.That(trims.Zip(trims.Skip(1), (one, next) => next - one), Is.All.GreaterThanOrEqualTo(3));
    }

    [Test]
    public void Before_anybody_has_counted_prose_is_estimated_with_care()
    {
        var unknown = Session with { TokensPerCharacter = null };
        Assert.That(ContextWindow.Trim(Sized(900, 900, 20), null, unknown, Window), Is.Null);
        Assert.That(ContextWindow.Trim(Sized(1000, 1000, 20), null, unknown, Window), Is.Not.Null);
    }

    [Test]
    public void When_the_engine_has_counted_its_figure_decides()
    {
        // 100 characters a message, and the engine says that is 1,500 tokens in all: 300 each.
        var branch = Sized(100, 100, 100, 100, 100);
        Assert.That(ContextWindow.TrimCounted(branch, Session, promptCharacters: 500, promptTokens: 1500, Window), Is.EqualTo(branch[4].Id));
    }

    [Test]
    public void A_counted_question_that_is_too_long_by_itself_cannot_be_helped() =>
        Assert.That(ContextWindow.TrimCounted(Sized(100), Session, promptCharacters: 100, promptTokens: 1500, Window), Is.Null);

    [Test]
    public void Of_a_response_what_came_with_it_is_never_left_out()
    {
        Message[] earlier = [.. Sized(300, 300, 100, 100)];
        Message[] own = [Own(MessageRole.System, 300), Own(MessageRole.User, 300), Own(MessageRole.User, 300)];
        Assert.That(ContextWindow.Trim([.. earlier, .. own], null, Response, Window), Is.EqualTo(own[0].Id), "all before it, and no more");
        Assert.That(ContextWindow.Trim(own, null, Response, Window), Is.Null, "it is the engine's to refuse");
        Assert.That(ContextWindow.TrimCounted([.. earlier, .. own], Response, 1700, 1700, Window), Is.EqualTo(own[0].Id));
    }

    [Test]
    public void Of_a_response_what_a_tool_has_returned_is_not_parted_from_the_call()
    {
        Message[] earlier = [.. Sized(300, 300, 10, 10)];
        var returned = Own(MessageRole.Tool, 0) with { Parts = [new ToolResultPart("call_1", new('x', 600))] };
        Assert.That(ContextWindow.Trim([.. earlier, returned], null, Response, Window), Is.EqualTo(earlier[2].Id));
    }

    private static readonly ChatSessionState Response = Session with { Kind = SessionKind.Response, Id = new(Guid.CreateVersion7()) };

    private static Message Own(MessageRole role, int length) => Branches.Said(role, new('x', length)) with { SessionId = Response.Id };

    private static IReadOnlyList<Message> Sized(params int[] lengths) =>
        Branches.Of([.. lengths.Select(length => new string('x', length))]);

    /// <summary>The (empty) system prompt is a message as well.</summary>
    private static int Cost(IEnumerable<Message> branch) => PerMessage + branch.Sum(message => message.Text.Length + PerMessage);
}
