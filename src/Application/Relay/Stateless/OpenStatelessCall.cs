using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>
/// Asks a model without a session: nothing is stored but what it has cost. The call lives until it is disposed of, which its caller must do;
/// <c>model_not_found</c> when nobody who is online has the model.
/// </summary>
public sealed record OpenStatelessCall(StatelessOrder Order) : IRequest<Outcome<StatelessAnswer>>;

internal sealed class OpenStatelessCallValidator : AbstractValidator<OpenStatelessCall>
{
    private const int MostMessages = 4096;
    private const int MostStops = 16;
    private const int LongestStop = 256;

    public OpenStatelessCallValidator()
    {
        SessionRules.Name(RuleFor(command => command.Order.Model)).NotEmpty().WithMessage("A model is named.");
        RuleFor(command => command.Order.Messages)
            .Must(messages => messages.Count is >= 1 and <= MostMessages).WithMessage($"There are 1 to {MostMessages} of them.")
            .MustBeText(messages => messages.SelectMany(message => message.Parts).SelectMany(Texts));
        SessionRules.Temperature(RuleFor(command => command.Order.Parameters.Temperature));
        RuleFor(command => command.Order.Parameters.TopP)
            .Must(value => value is null or (>= 0 and <= 1)).WithMessage("This is from 0 to 1.");
        RuleFor(command => command.Order.Parameters.MaxTokens)
            .Must(value => value is null or >= 1).WithMessage("At least one token must be allowed.");
        Penalty(RuleFor(command => command.Order.Parameters.FrequencyPenalty));
        Penalty(RuleFor(command => command.Order.Parameters.PresencePenalty));
        RuleFor(command => command.Order.Parameters.Stop)
            .Must(stops => stops.Count <= MostStops && stops.All(stop => stop.Length is >= 1 and <= LongestStop))
            .WithMessage($"There are at most {MostStops} texts of 1 to {LongestStop} characters.")
            .MustBeText(stops => stops);
    }

    private static void Penalty(IRuleBuilder<OpenStatelessCall, double?> rule) =>
        rule.Must(value => value is null or (>= -2 and <= 2)).WithMessage("A penalty is from -2 to 2.");

    private static IEnumerable<string> Texts(MessagePart part) => part switch
    {
        TextPart text => [text.Text],
        ReasoningPart thought => [thought.Text],
        ToolCallPart call => [call.CallId, call.Name, call.Arguments],
        ToolResultPart result => [result.CallId, result.Content],
        _ => [],
    };
}

internal sealed class OpenStatelessCallHandler(
    StatelessRelay relay,
    OrderedModel model,
    IIdSource ids,
    CurrentActor current,
    AnswerQuotas quotas,
    AnswerCache cache,
    RelayOptions options,
    TimeProvider time) : IRequestHandler<OpenStatelessCall, Outcome<StatelessAnswer>>
{
    private const int KeyBytes = 12;

    /// <summary>What an image is held for until the engine has counted it; most take less.</summary>
    private const int TokensOfImage = 1024;

    public async Task<Outcome<StatelessAnswer>> Handle(OpenStatelessCall command, CancellationToken cancellationToken)
    {
        var order = await model.Named(command.Order, cancellationToken);
        if (model.Forbidden(order) is { } no)
        {
            return no;
        }

        var actor = current.Required;
        var id = new RequestId(ids.NewId());
        var look = await cache.Look(order, actor.UserId, cancellationToken);
        if (look.IsHit)
        {
            return new StatelessAnswer(id, call: null, order, look, cache, relay, actor);
        }

        if (model.Missing(order) is { } missing)
        {
            return look.IsStale ? new StatelessAnswer(id, call: null, order, look, cache, relay, actor) : missing;
        }

        var now = time.GetUtcNow();
        var verdict = await Reserve(id, order, now, cancellationToken);
        if (!verdict.Granted)
        {
            return verdict.Refusal;
        }

        var user = actor.UserId;
        var request = RelayRequest.Queue(
            new(
                id,

                // In the aggregate's terms there is a session, a question and an answer; none of them is stored.
                new SessionId(id.Value),
                user,
                new MessageId(id.Value),
                new MessageId(id.Value),
                new RequestSettings
                {
                    Model = order.Model,
                    Options = order.Parameters,
                    Key = actor.Key,
                    OnlyModels = actor.Models,
                    HoldsQuota = verdict.Decision is not null,
                },
                options.Deadlines,
                relay.AttemptsAt(order)),
            now);
        var call = new StatelessCall(request, order, CacheName(order, user), relay) { Limits = verdict };
        try
        {
            await relay.Enter(call, cancellationToken);
            return new StatelessAnswer(id, call, order, look, cache, relay, actor);
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    private ValueTask<RateVerdict> Reserve(RequestId id, StatelessOrder order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var characters = PromptComposer.Characters(order.Messages);
        return quotas.Reserve(
            new(
                id,
                current.Required,
                Place: null,
                model.Spelled(order),
                AnswerQuotas.Estimate(characters, perCharacter: null, order.Kind == InferKind.Embed ? 0 : order.Parameters.MaxTokens)
                    + (order.Images * TokensOfImage),
                now + options.Deadlines.QueueWithin + options.Deadlines.CompleteWithin),
            cancellationToken);
    }

    /// <summary>
    /// Callers of this kind send the whole conversation each time: up to its first question it stays the same, and whoever has read that
    /// before need not read it again. The user is part of it, so that nobody can find out what somebody else has asked.
    /// </summary>
    internal static string CacheName(StatelessOrder order, UserId user)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }

        Add(user.ToString());
        if (order.CacheKey is { } key)
        {
            Add(key);
        }
        else
        {
            foreach (var message in order.Messages)
            {
                Add(message.Role.ToString());
                foreach (var part in message.Parts.OfType<TextPart>())
                {
                    Add(part.Text);
                }

                if (message.Role == MessageRole.User)
                {
                    break;
                }
            }
        }

        return "call-" + Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, KeyBytes));
    }
}
