using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What a stateless call costs, told once: to the usage log, and then to the limits that it holds something of.</summary>
internal sealed class StatelessCost(StatelessRelay relay)
{
    private TokenUsage? _counted;
    private int _characters;
    private bool _settled;

    /// <param name="characters">UTF-16 units that have arrived.</param>
    public void Wrote(int characters) => _characters += characters;

    /// <summary>The worker has said it.</summary>
    public void Counted(TokenUsage usage) => _counted = usage;

    /// <summary>The call has ended. Of one that was cut off after some text nobody has counted the cost: it is guessed.</summary>
    public async ValueTask Settle(RelayRequestState ended)
    {
        if (_settled)
        {
            return;
        }

        _settled = true;
        var cost = _counted
            ?? (ended.FirstTokenAt is null ? null
                : new(AnswerQuotas.Guess(ended.PromptCharacters, perCharacter: null), AnswerQuotas.Guess(_characters, perCharacter: null)));
        if (cost is not null)
        {
            await relay.Record(
                new(ended.Id, ended.UserId, ended.Target?.Model, cost, ended.EndedAt ?? relay.Time.GetUtcNow()) { Key = ended.Settings.Key },
                ended.Target);
        }

        if (ended.Settings.HoldsQuota)
        {
            await relay.Settle(ended.Id, cost?.TotalTokens ?? 0);
        }
    }
}
