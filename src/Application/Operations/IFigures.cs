namespace MeatLizard.Application.Operations;

/// <summary>Counts and times for the operator, over all hosts.</summary>
public interface IFigures
{
    Task<QueueFigures> Queue(CancellationToken cancellationToken);

    /// <param name="since">Up to a day ago: later than that requests are tidied up.</param>
    Task<AnswerFigures> Answers(DateTimeOffset since, CancellationToken cancellationToken);
}
