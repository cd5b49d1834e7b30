using FluentValidation;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>
/// Takes over a worker as the server's configuration names it. Repeated at every start and on every host; a root that was taken over once
/// is not again, so that what an admin has done since, such as another key or sending the worker away, stands.
/// </summary>
/// <param name="Name">As in <see cref="InviteWorker"/>.</param>
/// <param name="Root">32 bytes.</param>
/// <param name="BotId">The Discord bot that the worker posts with, as long as it is enrolled; null: as it is.</param>
public sealed record AdoptWorker(string Name, byte[] Root, ulong? BotId) : IRequest<Outcome<Unit>>, IForTheHost
{
    /// <summary>All that the configuration names: they may change bots among themselves.</summary>
    public IReadOnlyCollection<WorkerId> Configured { get; init; } = [];

    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"AdoptWorker {Name}";
}

internal sealed class AdoptWorkerValidator : AbstractValidator<AdoptWorker>
{
    private const int RootSize = 32;

    public AdoptWorkerValidator()
    {
        RuleFor(adopt => adopt.Name).MustBeAWorkersName();
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
        var id = new WorkerId(command.Name);
        var (isEnrolled, hasNewRoot) = await TakeRoot(id, command.Root, cancellationToken);
        var (refusal, hasNewBot) = isEnrolled && command.BotId is { } bot
            ? await TakeBot(new(id, bot), command.Configured, cancellationToken)
            : (null, false);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!hasNewRoot && !hasNewBot)
        {
            return Unit.Value;
        }

        audit.Add(new()
        {
            Id = ids.NewId(),
            At = time.GetUtcNow(),
            Provider = Configuration,
            Subject = command.Name,
            Name = Configuration,
            Action = "adopt_worker",
            Target = command.Name,
            Outcome = AuditOutcome.Done,
        });
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }

    private async Task<(bool IsEnrolled, bool IsNew)> TakeRoot(WorkerId id, byte[] root, CancellationToken cancellationToken)
    {
        var hash = SecretToken.Hash(Convert.ToHexStringLower(root));
        var enrolment = await enrolments.Find(id, cancellationToken);
        if (enrolment?.State.ConfiguredRoots.Contains(hash) == true)
        {
            return (enrolment.State.Status == EnrolmentStatus.Enrolled, false);
        }

        var sealedRoot = vault.Seal(id, root);
        if (enrolment is null)
        {
            enrolment = WorkerEnrolment.Adopt(id, sealedRoot, hash, time.GetUtcNow());
        }
        else
        {
            enrolment.AdoptAgain(sealedRoot, hash, time.GetUtcNow());
        }

        enrolments.Save(enrolment);
        return (true, true);
    }

    private async Task<(Refusal? Refusal, bool IsNew)> TakeBot(
        WorkerBot bot, IReadOnlyCollection<WorkerId> configured, CancellationToken cancellationToken)
    {
        var known = await bots.List(cancellationToken);
        if (known.Contains(bot))
        {
            return (null, false);
        }

        if (known.FirstOrDefault(other => other.BotId == bot.BotId) is { } taken)
        {
            // Of one that was renamed or sent away it is left over.
            if (!configured.Contains(taken.Worker)
                && (await enrolments.Find(taken.Worker, cancellationToken))?.State.Status == EnrolmentStatus.Enrolled)
            {
                return (new(RefusalKind.Conflict, "bot_taken", $"Worker {taken.Worker} has this bot. Every worker has a bot of its own."), false);
            }

            bots.Remove(taken);
        }

        bots.Save(bot);
        return (null, true);
    }
}
