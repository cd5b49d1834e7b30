using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>
/// Puts a response on the way that messages of sessions go: a session of its own kind, the input as its messages, the request with its
/// settings fixed, the target if one is free, and all of it in one commit.
/// </summary>
internal sealed class ResponseOpening(
    IResponseStore responses,
    ISessionStore sessions,
    IMessageStore messages,
    IPlaceStore places,
    IRequestStore requests,
    IReplyLog log,
    Idempotent idempotent,
    Dispatching dispatching,
    QueueLength queue,
    IWorkerRegistry workers,
    StatelessRelay relay,
    IUnitOfWork work,
    IIdSource ids,
    CurrentActor current,
    RelayOptions options)
{
    /// <param name="recalled">What it goes on from.</param>
    /// <param name="holdsQuota">Whether something is held of the limits for it.</param>
    public async Task<RelayRequestState> Open(
        OpenStoredResponse command,
        StoredResponse response,
        ChainSoFar recalled,
        bool holdsQuota,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var order = command.Order;
        var input = Messages(response, order.Messages, recalled.Branch.Count == 0 ? null : recalled.Branch[^1].Id, now);
        var session = ChatSession.ForResponse(
            response.SessionId,
            response.UserId,
            await Place(cancellationToken),
            new(Title: null, order.Model, command.Instructions, order.Parameters.Temperature, Persona: null),
            input.Count,
            recalled.ContextFrom,
            recalled.TokensPerCharacter,
            now);
        session.SubmitMessage(input[^1].Id, response.Id, now);
        IReadOnlyList<Message> branch = [.. recalled.Branch, .. input];
        var trimmed = Trim(session, order.Model, branch, now);
        if (trimmed is not null)
        {
            branch = [.. branch.SkipWhile(message => message.Id != trimmed)];
        }

        var request = RelayRequest.Queue(
            new(
                response.Id,
                response.SessionId,
                response.UserId,
                input[^1].Id,
                new MessageId(ids.NewId()),
                Settings(command, branch, trimmed ?? recalled.ContextFrom, holdsQuota),
                options.Deadlines,
                relay.AttemptsAt(order)),
            now);
        var dispatch = await dispatching.TryAtOnce(request, branch, continues: null, now, cancellationToken);
        try
        {
            var position = dispatch is null ? await queue.Count(requests, cancellationToken) : 0;
            log.Append(response.Id, new ReplyQueued(input[^1].Id, position) { Id = request.AddReplyEvent() });
            if (trimmed is not null)
            {
                log.Append(response.Id, new ReplyNotice("context_trimmed", ContextWindow.Notice) { Id = request.AddReplyEvent() });
            }

            dispatching.Record(request, dispatch, now);
            foreach (var message in input)
            {
                messages.Add(message);
            }

            sessions.Save(session);
            requests.Save(request);
            responses.Add(response);
            idempotent.Remember(command.Key, $"{response.Id}");
        }
        catch
        {
            workers.Release(response.Id);
            throw;
        }

        await dispatching.CommitAndSend(work, request, dispatch, cancellationToken);
        return request.State;
    }

    private RequestSettings Settings(OpenStoredResponse command, IReadOnlyList<Message> branch, MessageId? contextFrom, bool holdsQuota)
    {
        var order = command.Order;
        var actor = current.Required;

        // The name is of the prompt as the model gets it: so a chain finds the slot that its beginning was read in, also by calls that send all of it.
        var prompt = order with { Messages = PromptComposer.AsTheyAre(branch, command.Instructions) };
        return new()
        {
            Model = order.Model,
            SystemPrompt = command.Instructions,
            Options = order.Parameters,
            ContextFrom = contextFrom,
            Key = actor.Key,
            OnlyModels = actor.Models,
            HoldsQuota = holdsQuota,
            Call = new()
            {
                CacheName = OpenStatelessCallHandler.CacheName(prompt, actor.UserId),
                Tools = order.Tools,
                ToolChoice = order.ToolChoice,
                ParallelToolCalls = order.ParallelToolCalls,
                ResponseFormat = order.ResponseFormat,
            },
        };
    }

    /// <summary>Sessions have a place; a response has none that is counted, and is filed with the web's.</summary>
    private async Task<PlaceId> Place(CancellationToken cancellationToken) =>
        (await places.Find(PlaceKind.Web, string.Empty, cancellationToken))?.Id
        ?? throw new InvalidOperationException("The web has no place: the migrations have not run.");

    private List<Message> Messages(StoredResponse response, IReadOnlyList<PromptMessage> given, MessageId? after, DateTimeOffset now)
    {
        List<Message> input = [];
        foreach (var (role, parts) in given)
        {
            input.Add(new()
            {
                Id = new(ids.NewId()),
                SessionId = response.SessionId,
                ParentId = input.Count == 0 ? after : input[^1].Id,
                Sequence = input.Count + 1,
                Role = role,
                Parts = parts,
                Status = MessageStatus.Complete,
                AuthorId = response.UserId,
                CreatedAt = now,
            });
        }

        return input;
    }

    private MessageId? Trim(ChatSession session, string named, IReadOnlyList<Message> branch, DateTimeOffset now)
    {
        if (workers.FindModel(named) is not { } model
            || ContextWindow.Trim(branch, continues: null, session.State, model.ContextSize) is not { } from)
        {
            return null;
        }

        session.TrimContext(from, now);
        return from;
    }
}
