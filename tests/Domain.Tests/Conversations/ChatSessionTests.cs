using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Tests.Conversations;

internal sealed class ChatSessionTests
{
    private static readonly SessionSettings Settings = new("Title", "model", "Be brief.", 0.5, "pirate");

    /// <summary>A closed or deleted session never has a turn open; what would happen if a row said so stands here all the same.</summary>
    [Test]
    public void Every_verb_in_every_state() => new StateTable<ChatSession, ChatSessionState>
    {
        States = (
            from status in Enum.GetValues<SessionStatus>()
            from open in new[] { false, true }
            select (status, open)).ToDictionary(
                state => state.open ? $"{state.status}+turn" : $"{state.status}",
                state => (Func<ChatSession>)(() => Sessions.At(state.status, state.open))),
        Name = session => session.State.OpenRequestId is null ? $"{session.State.Status}" : $"{session.State.Status}+turn",
        Births = [nameof(ChatSession.ForResponse), nameof(ChatSession.Open)],
        Verbs = new Dictionary<string, Action<ChatSession>>
        {
            ["SubmitMessage"] = session => session.SubmitMessage(Sessions.Question, Sessions.Turn, Sessions.Now),
            ["AnswerAgain"] = session => session.AnswerAgain(Sessions.Question, Sessions.Turn, Sessions.Now),
            ["EndTurn"] = session => session.EndTurn(Sessions.Turn, Sessions.Answer, null, Sessions.Now),
            ["EndTurn (another)"] = session => session.EndTurn(new(Guid.Empty), Sessions.Answer, null, Sessions.Now),
            ["TrimContext"] = session => session.TrimContext(Sessions.Question, Sessions.Now),
            ["Reconfigure"] = session => session.Reconfigure(Settings, Sessions.Now),
            ["SwitchTo"] = session => session.SwitchTo(Sessions.Question, Sessions.Now),
            ["Close"] = session => session.Close(Sessions.Now),
            ["Reopen"] = session => session.Reopen(Sessions.Now),
            ["Delete"] = session => session.Delete(Sessions.Now),
        },
    }.Holds(
        """
                          | Active             | Active+turn        | Archived       | Archived+turn  | Deleted            | Deleted+turn
        SubmitMessage     | Active+turn        | turn_open          | session_closed | session_closed | session_deleted    | session_deleted
        AnswerAgain       | Active+turn        | turn_open          | session_closed | session_closed | session_deleted    | session_deleted
        EndTurn           | turn_not_open      | Active             | turn_not_open  | Archived       | turn_not_open      | Deleted
        EndTurn (another)| turn_not_open     | turn_not_open     | turn_not_open | turn_not_open | turn_not_open     | turn_not_open
        TrimContext      | Active            | Active+turn       | session_closed| session_closed| session_deleted   | session_deleted
        Reconfigure      | Active            | Active+turn       | session_closed| session_closed| session_deleted   | session_deleted
        SwitchTo         | Active            | turn_open         | session_closed| session_closed| session_deleted   | session_deleted
        Close            | Archived          | turn_open         | session_closed| session_closed| session_deleted   | session_deleted
        Reopen           | session_not_closed| session_not_closed| Active        | Active+turn   | session_not_closed| session_not_closed
        Delete           | Deleted           | turn_open         | Deleted       | turn_open     | session_deleted   | session_deleted
        """);

    [Test]
    public void The_session_of_a_response_takes_the_last_of_its_messages_and_begins_where_the_one_before_did()
    {
        var session = ChatSession.ForResponse(new(Guid.Empty), new(Guid.Empty), new(Guid.Empty), Settings, 3, Sessions.Answer, 0.5, Sessions.Now);
        Assert.That(session.SubmitMessage(Sessions.Question, Sessions.Turn, Sessions.Now), Is.EqualTo(3));
        var state = session.State;
        Assert.That((state.Kind, state.ContextFrom, state.TokensPerCharacter), Is.EqualTo((SessionKind.Response, (MessageId?)Sessions.Answer, (double?)0.5)));
        Assert.That(session.EndTurn(Sessions.Turn, Sessions.Answer, null, Sessions.Now), Is.EqualTo(4));
    }

    [Test]
    public void A_new_session_is_active_empty_and_not_stored_yet()
    {
        var session = Sessions.New(Settings);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.State.Status, Is.EqualTo(SessionStatus.Active));
            Assert.That(session.State.LeafId, Is.Null);
            Assert.That(session.State.NextSequence, Is.EqualTo(1));
            Assert.That(session.State.SystemPrompt, Is.EqualTo("Be brief."));
            Assert.That(session.State.Persona, Is.EqualTo("pirate"));
            Assert.That(session.StoredVersion, Is.Zero);
            Assert.That(session.Version, Is.EqualTo(1));
            Assert.That(session.Events.Single(), Is.TypeOf<SessionOpened>());
        }
    }

    [Test]
    public void Once_stored_a_session_has_nothing_new_to_tell()
    {
        var session = Sessions.New();
        session.MarkStored();
        Assert.That((session.StoredVersion, session.Events.Count), Is.EqualTo((1L, 0)));
    }

    [Test]
    public void A_turn_gives_question_and_answer_the_next_two_sequences_and_ends_with_the_answer_in_front()
    {
        var session = Sessions.New();
        var question = session.SubmitMessage(Sessions.Question, Sessions.Turn, Sessions.Now);
        Assert.That((session.State.LeafId, session.State.OpenRequestId), Is.EqualTo(((MessageId?)Sessions.Question, Sessions.Turn)));

        var answer = session.EndTurn(Sessions.Turn, Sessions.Answer, 0.25, Sessions.Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((question, answer, session.State.NextSequence), Is.EqualTo((1L, 2L, 3L)));
            Assert.That(session.State.LeafId, Is.EqualTo(Sessions.Answer));
            Assert.That(session.State.OpenRequestId, Is.Null);
            Assert.That(session.State.TokensPerCharacter, Is.EqualTo(0.25));
        }
    }

    [Test]
    public void Answering_again_uses_no_sequence_up_for_the_question()
    {
        var session = Sessions.New();
        session.AnswerAgain(Sessions.Question, Sessions.Turn, Sessions.Now);
        Assert.That((session.State.NextSequence, session.State.LeafId), Is.EqualTo((1L, (MessageId?)Sessions.Question)));
    }

    [Test]
    public void An_engine_that_did_not_count_leaves_the_last_count()
    {
        var session = new ChatSession(Sessions.At(SessionStatus.Active, turnOpen: true).State with { TokensPerCharacter = 0.3 }, 7);
        session.EndTurn(Sessions.Turn, Sessions.Answer, tokensPerCharacter: null, Sessions.Now);
        Assert.That(session.State.TokensPerCharacter, Is.EqualTo(0.3));
    }

    [Test]
    public void Another_branch_is_a_whole_prompt_again()
    {
        var session = Sessions.New();
        session.TrimContext(Sessions.Question, Sessions.Now);
        Assert.That(session.State.ContextFrom, Is.EqualTo(Sessions.Question));
        session.SwitchTo(Sessions.Answer, Sessions.Now);
        Assert.That((session.State.ContextFrom, session.State.LeafId), Is.EqualTo(((MessageId?)null, (MessageId?)Sessions.Answer)));
    }

    [Test]
    public void Every_verb_says_when_the_session_was_last_touched()
    {
        var session = Sessions.New();
        var later = Sessions.Now.AddMinutes(1);
        session.Reconfigure(Settings, later);
        Assert.That((session.State.CreatedAt, session.State.UpdatedAt), Is.EqualTo((Sessions.Now, later)));
    }
}
