using FluentValidation;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Says which Discord bot a worker posts with; from then on it is reached through the relay guild as well.</summary>
/// <param name="BotId">The bot user's id: 15 to 20 digits.</param>
public sealed record SetWorkerBot(WorkerId Id, string BotId) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => Id.Value;
}

internal sealed class SetWorkerBotValidator : AbstractValidator<SetWorkerBot>
{
    public SetWorkerBotValidator() => RuleFor(set => set.BotId)
        .Must(id => id.Length is >= 15 and <= 20 && id.All(char.IsAsciiDigit) && ulong.TryParse(id, out _))
        .WithMessage("A bot's id has 15 to 20 digits; the developer portal shows it as the application's id.");
}

internal sealed class SetWorkerBotHandler(IWorkerEnrolmentStore enrolments, IWorkerBots bots, IUnitOfWork work)
    : IRequestHandler<SetWorkerBot, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(SetWorkerBot command, CancellationToken cancellationToken)
    {
        if (await enrolments.Find(command.Id, cancellationToken) is null)
        {
            return Refusal.NotFound;
        }

        var bot = new WorkerBot(command.Id, ulong.Parse(command.BotId, System.Globalization.CultureInfo.InvariantCulture));
        if ((await bots.List(cancellationToken)).FirstOrDefault(other => other.BotId == bot.BotId && other.Worker != bot.Worker) is { } taken)
        {
            if ((await enrolments.Find(taken.Worker, cancellationToken))?.State.Status != EnrolmentStatus.Revoked)
            {
                return new Refusal(RefusalKind.Conflict, "bot_taken", "This bot is another worker's. Every worker has a bot of its own.");
            }

            // Left over of one that was sent away.
            bots.Remove(taken);
        }

        bots.Save(bot);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
