using FluentValidation;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>Asks a model for an answer that is kept. Durable when it returns, as a message in a session is.</summary>
/// <param name="Order">What is asked; its messages are the input alone.</param>
/// <param name="Instructions">What the system says before all else, in this response and in none that goes on from it.</param>
/// <param name="Previous">The response to go on from.</param>
/// <param name="Given">As in <see cref="StoredResponse.Given"/>.</param>
public sealed record OpenStoredResponse(
    StatelessOrder Order, string? Instructions, RequestId? Previous, bool Background, string Given, IdempotencyKey? Key)
    : IRequest<Outcome<ResponseReading>>;

internal sealed class OpenStoredResponseValidator : AbstractValidator<OpenStoredResponse>
{
    public OpenStoredResponseValidator()
    {
        // What holds for a call holds for an order that is stored.
        RuleFor(command => new OpenStatelessCall(command.Order)).SetValidator(new OpenStatelessCallValidator()).OverridePropertyName("Order");
        RuleFor(command => command.Instructions).MustBeText();
    }
}

internal sealed class OpenStoredResponseHandler(
    OwnResponses own,
    ResponseChain chain,
    ResponseOpening opening,
    OrderedModel model,
    AnswerQuotas quotas,
    Idempotent idempotent,
    IIdSource ids,
    CurrentActor current,
    RelayOptions options,
    TimeProvider time) : IRequestHandler<OpenStoredResponse, Outcome<ResponseReading>>
{
    public async Task<Outcome<ResponseReading>> Handle(OpenStoredResponse command, CancellationToken cancellationToken)
    {
        var (made, refusal) = await idempotent.Recall(command.Key, cancellationToken);
        if (made is not null)
        {
            return await own.Find(new(Guid.Parse(made)), cancellationToken) is { } earlier ? earlier : Refusal.NotFound;
        }

        var order = await model.Named(command.Order, cancellationToken);
        if ((refusal ?? model.Forbidden(order) ?? model.Missing(order)) is { } no)
        {
            return no;
        }

        command = command with { Order = order };

        var recalled = ChainSoFar.Nothing;
        if (command.Previous is { } previous
            && (await chain.Recall(previous, cancellationToken)).IsRefused(out refusal, out recalled))
        {
            return refusal;
        }

        var now = time.GetUtcNow();
        var response = new StoredResponse
        {
            Id = new(ids.NewId()),
            UserId = current.Required.UserId,
            PreviousId = command.Previous,
            Background = command.Background,
            Given = command.Given,
            CreatedAt = now,
        };
        var verdict = await Reserve(response.Id, command, recalled, now, cancellationToken);
        if (!verdict.Granted)
        {
            return verdict.Refusal;
        }

        try
        {
            var request = await opening.Open(command, response, recalled, verdict.Decision is not null, now, cancellationToken);
            return new ResponseReading(response, request, null) { Limits = verdict };
        }
        catch
        {
            await quotas.Settle(response.Id, 0);
            throw;
        }
    }

    private ValueTask<RateVerdict> Reserve(
        RequestId id, OpenStoredResponse command, ChainSoFar recalled, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var order = command.Order;
        var characters = (command.Instructions?.Length ?? 0)
            + PromptComposer.Characters(PromptComposer.AsTheyAre(recalled.Branch))
            + PromptComposer.Characters(order.Messages);
        return quotas.Reserve(
            new(
                id,
                current.Required,
                Place: null,
                model.Spelled(order),
                AnswerQuotas.Estimate(characters, recalled.TokensPerCharacter, order.Parameters.MaxTokens),
                now + options.Deadlines.QueueWithin + options.Deadlines.CompleteWithin),
            cancellationToken);
    }
}
