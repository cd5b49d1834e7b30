using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Conversations;

/// <summary>A conversation: a tree of messages with one branch in front and at most one turn under way.</summary>
public sealed class ChatSession(ChatSessionState state, long storedVersion) : AggregateRoot<ChatSessionState>(state, storedVersion)
{
    public static ChatSession Open(SessionId id, UserId owner, PlaceId place, SessionSettings settings, DateTimeOffset now)
    {
        var state = new ChatSessionState
        {
            Id = id,
            OwnerId = owner,
            PlaceId = place,
            Status = SessionStatus.Active,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var session = new ChatSession(state, storedVersion: 0);
        session.Apply(settings.Onto(state), new SessionOpened(id));
        return session;
    }

    /// <summary>The session that is a stored response's turn: it takes one message, and is in no list.</summary>
    /// <param name="inputs">How many messages it was given, of which the last is the one that it takes; their sequences are from 1 on.</param>
    /// <param name="contextFrom">Where the prompt of the response began that this one goes on from.</param>
    /// <param name="tokensPerCharacter">As the engine counted that one.</param>
    public static ChatSession ForResponse(
        SessionId id,
        UserId owner,
        PlaceId place,
        SessionSettings settings,
        int inputs,
        MessageId? contextFrom,
        double? tokensPerCharacter,
        DateTimeOffset now)
    {
        var state = new ChatSessionState
        {
            Id = id,
            OwnerId = owner,
            PlaceId = place,
            Status = SessionStatus.Active,
            Kind = SessionKind.Response,
            NextSequence = inputs,
            ContextFrom = contextFrom,
            TokensPerCharacter = tokensPerCharacter,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var session = new ChatSession(state, storedVersion: 0);
        session.Apply(settings.Onto(state), new SessionOpened(id));
        return session;
    }

    /// <summary>Takes a user's message (at the leaf, or beside an earlier one) and opens the turn that will answer it.</summary>
    /// <returns>The message's sequence.</returns>
    public long SubmitMessage(MessageId message, RequestId request, DateTimeOffset now)
    {
        RequireNoOpenTurn();
        var sequence = State.NextSequence;
        Apply(
            State with { LeafId = message, OpenRequestId = request, NextSequence = sequence + 1, UpdatedAt = now },
            new TurnOpened(State.Id, request));
        return sequence;
    }

    /// <summary>Opens a turn that answers an earlier message once more: the answer becomes a sibling of those before it.</summary>
    public void AnswerAgain(MessageId question, RequestId request, DateTimeOffset now)
    {
        RequireNoOpenTurn();
        Apply(State with { LeafId = question, OpenRequestId = request, UpdatedAt = now }, new TurnOpened(State.Id, request));
    }

    /// <summary>The turn's one end: its answer becomes the leaf.</summary>
    /// <param name="tokensPerCharacter">As the engine counted the prompt; null when it did not.</param>
    /// <returns>The answer's sequence.</returns>
    public long EndTurn(RequestId request, MessageId answer, double? tokensPerCharacter, DateTimeOffset now)
    {
        if (State.OpenRequestId != request)
        {
            throw new DomainException("turn_not_open", "This turn is not the one under way.");
        }

        var sequence = State.NextSequence;
        Apply(
            State with
            {
                LeafId = answer,
                OpenRequestId = null,
                NextSequence = sequence + 1,
                TokensPerCharacter = tokensPerCharacter ?? State.TokensPerCharacter,
                UpdatedAt = now,
            },
            new TurnEnded(State.Id, request));
        return sequence;
    }

    /// <summary>The next prompts begin at this message of the current branch.</summary>
    public void TrimContext(MessageId from, DateTimeOffset now)
    {
        RequireActive();
        Apply(State with { ContextFrom = from, UpdatedAt = now }, new ContextTrimmed(State.Id, from));
    }

    /// <summary>Settings for the turns to come; a turn under way keeps those it was made from.</summary>
    public void Reconfigure(SessionSettings settings, DateTimeOffset now)
    {
        RequireActive();
        Apply(settings.Onto(State) with { UpdatedAt = now }, new SessionReconfigured(State.Id));
    }

    /// <summary>Puts another branch in front. The whole of it is the prompt again, until that proves too long.</summary>
    public void SwitchTo(MessageId leaf, DateTimeOffset now)
    {
        RequireNoOpenTurn();
        Apply(State with { LeafId = leaf, ContextFrom = null, UpdatedAt = now }, new BranchChosen(State.Id, leaf));
    }

    public void Close(DateTimeOffset now)
    {
        RequireNoOpenTurn();
        Apply(State with { Status = SessionStatus.Archived, UpdatedAt = now }, new SessionClosed(State.Id));
    }

    public void Reopen(DateTimeOffset now)
    {
        if (State.Status != SessionStatus.Archived)
        {
            throw new DomainException("session_not_closed", "Only a closed session can be reopened.");
        }

        Apply(State with { Status = SessionStatus.Active, UpdatedAt = now }, new SessionReopened(State.Id));
    }

    public void Delete(DateTimeOffset now)
    {
        if (State.Status == SessionStatus.Deleted)
        {
            throw new DomainException("session_deleted", "The session has been deleted.");
        }

        if (State.OpenRequestId is not null)
        {
            throw new DomainException("turn_open", "A turn is still under way in this session.");
        }

        // The row stays, so that what refers to it still finds it; nothing that anybody wrote stays with it.
        Apply(
            State with { Status = SessionStatus.Deleted, Title = null, SystemPrompt = null, Persona = null, Model = null, UpdatedAt = now },
            new SessionDeleted(State.Id));
    }

    private void RequireActive()
    {
        switch (State.Status)
        {
            case SessionStatus.Archived:
                throw new DomainException("session_closed", "The session is closed.");
            case SessionStatus.Deleted:
                throw new DomainException("session_deleted", "The session has been deleted.");
        }
    }

    private void RequireNoOpenTurn()
    {
        RequireActive();
        if (State.OpenRequestId is not null)
        {
            throw new DomainException("turn_open", "A turn is still under way in this session.");
        }
    }
}
