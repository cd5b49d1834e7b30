using System.Security.Cryptography;
using FluentValidation;
using MeatLizard.Domain;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Exchanges a one-time code for a worker's own root.</summary>
public sealed record EnrolWorker(string Code) : IRequest<Outcome<EnrolledWorker>>, IForAnybody;

internal sealed class EnrolWorkerValidator : AbstractValidator<EnrolWorker>
{
    public EnrolWorkerValidator() => RuleFor(enrol => enrol.Code).NotEmpty().MaximumLength(EnrolmentCode.LongestInput);
}

internal sealed class EnrolWorkerHandler(IWorkerEnrolmentStore enrolments, IRootVault vault, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<EnrolWorker, Outcome<EnrolledWorker>>
{
    private const int RootSize = 32;

    private static readonly Refusal Wrong = new(
        RefusalKind.Forbidden, "code_invalid", "This code is wrong, was used, or has expired. Ask for a new one.");

    public async Task<Outcome<EnrolledWorker>> Handle(EnrolWorker command, CancellationToken cancellationToken)
    {
        if (await enrolments.FindByCode(EnrolmentCode.Hash(command.Code), cancellationToken) is not { } enrolment)
        {
            return Wrong;
        }

        var root = RandomNumberGenerator.GetBytes(RootSize);
        try
        {
            // Of two who bring the code, the one whose commit uses it up gets the root; the other runs again and finds it used.
            enrolment.Enrol(vault.Seal(enrolment.State.Id, root), time.GetUtcNow());
        }
        catch (DomainException)
        {
            return Wrong;
        }

        enrolments.Save(enrolment);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return new EnrolledWorker(enrolment.State.Id, root);
    }
}
