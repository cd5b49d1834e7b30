using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>
/// The conversation that ends with a response: its messages hang on those of the response that it goes on from, so that one branch leads
/// through all of them.
/// </summary>
internal sealed class ResponseChain(OwnResponses own, IResponseStore responses, ISessionStore sessions, IMessageStore messages)
{
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
        return new ChainSoFar(await messages.Branch(answer.Id, from, cancellationToken), from, session.TokensPerCharacter);
    }
}
