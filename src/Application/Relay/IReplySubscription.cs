namespace MeatLizard.Application.Relay;

/// <summary>A reader's place to wait. A signal raised after it was made is never missed; several may be folded into one.</summary>
public interface IReplySubscription : IDisposable
{
    /// <summary>Returns when signalled, or after this time all the same.</summary>
    Task Wait(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>What signals brought along since the last call, in the order of the signals; nothing when the table has to be asked.</summary>
    IReadOnlyList<ReplyEvent> Take();
}
