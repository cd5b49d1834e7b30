using System.Net;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>
/// Every limit that holds for the caller, and how far it is used: their own, their groups', that of the key that asks or else of all their valid keys,
/// the web's, those of the models they may ask, and their address's.
/// </summary>
public sealed record GetUsage(IPAddress? Address) : IRequest<Outcome<Page<NamedUse>>>;

internal sealed class GetUsageHandler(
    LimitTable table,
    AnswerQuotas quotas,
    IGroupStore groups,
    IApiKeyStore keys,
    PlaceTable places,
    IWorkerRegistry workers,
    CurrentActor current,
    TimeProvider time) : IRequestHandler<GetUsage, Outcome<Page<NamedUse>>>
{
    public async Task<Outcome<Page<NamedUse>>> Handle(GetUsage request, CancellationToken cancellationToken)
    {
        var rows = await table.Load(cancellationToken);
        var asked = (
            from subject in await Subjects(request.Address, cancellationToken)
            from limit in rows.Of(subject.Kind, subject.Id)
            select (Asked: limit, subject.Name)).ToArray();
        if (asked.Length == 0)
        {
            return new Page<NamedUse>([], NextCursor: null);
        }

        var uses = await quotas.Look([.. asked.Select(each => each.Asked)], cancellationToken);
        return new Page<NamedUse>([.. uses.Select((use, i) => new NamedUse(use, asked[i].Name))], NextCursor: null);
    }

    private async Task<IEnumerable<(string Kind, string Id, string? Name)>> Subjects(IPAddress? address, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        List<(string Kind, string Id, string? Name)> subjects = [(Limit.User, $"{actor.UserId}", null)];
        foreach (var id in actor.Groups)
        {
            subjects.Add((Limit.Group, $"{id}", (await groups.Find(id, cancellationToken))?.State.Name));
        }

        var now = time.GetUtcNow();
        subjects.AddRange(
            from key in await keys.List(actor.UserId, cancellationToken)
            where actor.Key is { } asking ? key.Id == asking : key.RevokedAt is null && (key.ExpiresAt is not { } end || now < end)
            select (Limit.Key, $"{key.Id}", (string?)key.Name));
        if (await places.Find(PlaceKind.Web, string.Empty, cancellationToken) is { } web)
        {
            subjects.Add((Limit.Place, $"{web.Id}", web.Name));
        }

        subjects.AddRange(
            from name in workers.List().SelectMany(worker => worker.Models).Select(model => model.Name).Distinct().Order()
            where actor.MayAsk(name)
            select (Limit.Model, name, (string?)name));
        subjects.Add((Limit.Address, RateLimits.Subject(address), null));
        return subjects;
    }
}
