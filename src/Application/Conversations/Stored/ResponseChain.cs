using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>
/// The conversation that ends with a response: its messages hang on those of the response that it goes on from, so that one branch leads
/// through all of them.
/// </summary>
internal sealed class ResponseChain(OwnResponses own, IResponseStore responses, ISessionStore sessions, IMessageStore messages)
{
    /// <summary>Characters as they are stored, of all that is recalled: beside it a call's own must fit into one message of the relay.</summary>
    private const long Longest = 4 * 1024 * 1024;

    /// <param name="last">The response that is to be gone on from.</param>
    public async Task<Outcome<ChainSoFar>> Recall(RequestId last, CancellationToken cancellationToken)
    {
        if (await own.Find(last, cancellationToken) is not { } reading
            || await sessions.Find(reading.Response.SessionId, cancellationToken) is not { State: var session })
        {
            return ResponseNames.NoPrevious(last);
        }

        if (reading.Answer is not { } answer)
        {
            return Refusal.Invalid(
                "previous_response_id",
                "previous_response_unfinished",
                $"The response {ResponseNames.Of(last)} is still being written. Wait for its end, or cancel it.");
        }

        if (await responses.FindMissing(last, cancellationToken) is { } missing)
        {
            return ResponseNames.NoPrevious(missing);
        }

        var from = reading.Request.Settings.ContextFrom;
        if (await messages.BranchLength(answer.Id, from, cancellationToken) > Longest)
        {
            var detail = $"The conversation that ends with {ResponseNames.Of(last)} has become too long to go on from. Send the part that matters as input.";
            return Refusal.Invalid("previous_response_id", "context_exceeded", detail);
        }

        return new ChainSoFar(await messages.Branch(answer.Id, from, cancellationToken), from, session.TokensPerCharacter);
    }
}
