using FluentValidation;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>
/// Takes over a worker as the server's configuration names it. Repeated at every start and on every host, and without effect as long as the
/// configuration says the same: what an admin has done since, such as another key or sending the worker away, stands.
/// </summary>
/// <param name="Root">32 bytes.</param>
/// <param name="BotId">The Discord bot that the worker posts with; null: as it is.</param>
public sealed record AdoptWorker(WorkerId Id, byte[] Root, ulong? BotId) : IRequest<Outcome<Unit>>, IForTheHost
{
    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"AdoptWorker {Id}";
}

internal sealed class AdoptWorkerValidator : AbstractValidator<AdoptWorker>
{
    private const int RootSize = 32;

    public AdoptWorkerValidator()
    {
        RuleFor(adopt => adopt.Id.Value).MustBeAWorkersName();
        RuleFor(adopt => adopt.Root).Must(root => root.Length == RootSize).WithMessage($"A worker's key has {RootSize} bytes.");
    }
}

internal sealed class AdoptWorkerHandler(
    IWorkerEnrolmentStore enrolments,
    IWorkerBots bots,
    IRootVault vault,
    IAuditLog audit,
    IUnitOfWork work,
    IIdSource ids,
    TimeProvider time) : IRequestHandler<AdoptWorker, Outcome<Unit>>
{
    /// <summary>In the audit log: nobody who has an account.</summary>
    private const string Configuration = "configuration";

    public async Task<Outcome<Unit>> Handle(AdoptWorker command, CancellationToken cancellationToken)
    {
        var hasNewRoot = await TakeRoot(command, cancellationToken);
        var bot = command.BotId is { } id ? new WorkerBot(command.Id, id) : null;
        var known = await bots.List(cancellationToken);
        if (bot is not null && known.FirstOrDefault(other => other.BotId == bot.BotId && other.Worker != bot.Worker) is { } other)
        {
            return new Refusal(RefusalKind.Conflict, "bot_taken", $"Worker {other.Worker} has this bot. Every worker has a bot of its own.");
        }

        var hasNewBot = bot is not null && !known.Contains(bot);
        if (!hasNewRoot && !hasNewBot)
        {
            return Unit.Value;
        }

        if (hasNewBot)
        {
            bots.Save(bot!);
        }

        audit.Add(new()
        {
            Id = ids.NewId(),
            At = time.GetUtcNow(),
            Provider = Configuration,
            Subject = $"{command.Id}",
            Name = Configuration,
            Action = "adopt_worker",
            Target = $"{command.Id}",
            Outcome = AuditOutcome.Done,
        });
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }

    private async Task<bool> TakeRoot(AdoptWorker command, CancellationToken cancellationToken)
    {
        var hash = SecretToken.Hash(Convert.ToHexStringLower(command.Root));
        var enrolment = await enrolments.Find(command.Id, cancellationToken);
        if (enrolment?.State.ConfiguredRoot == hash)
        {
            return false;
        }

        var sealedRoot = vault.Seal(command.Id, command.Root);
        if (enrolment is null)
        {
            enrolment = WorkerEnrolment.Adopt(command.Id, sealedRoot, hash, time.GetUtcNow());
        }
        else
        {
            enrolment.AdoptAgain(sealedRoot, hash, time.GetUtcNow());
        }

        enrolments.Save(enrolment);
        return true;
    }
}
