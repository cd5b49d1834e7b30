using System.Security.Cryptography;
using FluentValidation;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Operations;
using MeatLizard.Domain;
using MeatLizard.Domain.Operations;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Exchanges a one-time code for a worker's own root. Whoever brings a claim may do so again while the code lasts.</summary>
/// <param name="Claim">A secret that the caller has drawn, 64 hex digits; null: the code is good once, whatever becomes of the answer.</param>
public sealed record EnrolWorker(string Code, string? Claim) : IRequest<Outcome<EnrolledWorker>>, IForAnybody;

internal sealed class EnrolWorkerValidator : AbstractValidator<EnrolWorker>
{
    private const int ClaimDigits = 64;

    public EnrolWorkerValidator()
    {
        RuleFor(enrol => enrol.Code).NotEmpty().MaximumLength(EnrolmentCode.LongestInput);
        RuleFor(enrol => enrol.Claim)
            .Must(claim => claim is null || (claim.Length == ClaimDigits && claim.All(char.IsAsciiHexDigit)))
            .WithMessage("A claim is 64 hex digits, drawn at random by whoever enrols.");
    }
}

internal sealed class EnrolWorkerHandler(
    IWorkerEnrolmentStore enrolments, IRootVault vault, IAuditLog audit, IUnitOfWork work, IIdSource ids, TimeProvider time)
    : IRequestHandler<EnrolWorker, Outcome<EnrolledWorker>>
{
    private const int RootSize = 32;

    /// <summary>In the audit log: nobody who has an account.</summary>
    private const string Worker = "worker";

    private static readonly Refusal Wrong = new(
        RefusalKind.Forbidden, "code_invalid", "This code is wrong, was used, or has expired. Ask for a new one.");

    public async Task<Outcome<EnrolledWorker>> Handle(EnrolWorker command, CancellationToken cancellationToken)
    {
        if (await enrolments.FindByCode(EnrolmentCode.Hash(command.Code), cancellationToken) is not { } enrolment)
        {
            return Wrong;
        }

        var claimHash = command.Claim is { } claim ? SecretToken.Hash(claim.ToLowerInvariant()) : null;
        if (enrolment.MayAskAgain(claimHash, time.GetUtcNow()))
        {
            return enrolment.State.SealedRoot is { } known && vault.Open(enrolment.State.Id, known) is { } same
                ? new EnrolledWorker(enrolment.State.Id, same) { Sealed = known }
                : Wrong;
        }

        var root = RandomNumberGenerator.GetBytes(RootSize);
        var sealedRoot = vault.Seal(enrolment.State.Id, root);
        try
        {
            // Of two who bring the code, the one whose commit uses it up gets the root; the other runs again and finds it used.
            enrolment.Enrol(sealedRoot, claimHash, time.GetUtcNow());
        }
        catch (DomainException)
        {
            return Wrong;
        }

        enrolments.Save(enrolment);
        audit.Add(new()
        {
            Id = ids.NewId(),
            At = time.GetUtcNow(),
            Provider = Worker,
            Subject = $"{enrolment.State.Id}",
            Name = $"{enrolment.State.Id}",
            Action = "enrol_worker",
            Outcome = AuditOutcome.Done,
        });
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new EnrolledWorker(enrolment.State.Id, root) { Sealed = sealedRoot };
    }
}
