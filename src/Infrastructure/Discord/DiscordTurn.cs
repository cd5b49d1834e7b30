namespace MeatLizard.Infrastructure.Discord;

/// <summary>A place in the line of all that a bot wants to send.</summary>
public sealed class DiscordTurn(DiscordUrgency urgency)
{
    private readonly Lock _gate = new();
    private DiscordUrgency _urgency = urgency;

    internal event Action? Raised;

    public DiscordUrgency Urgency
    {
        get
        {
            lock (_gate)
            {
                return _urgency;
            }
        }
    }

    /// <summary>Moves forward. Nothing happens when it is as urgent already, or has had its turn.</summary>
    public void Raise(DiscordUrgency urgency)
    {
        lock (_gate)
        {
            if (urgency >= _urgency)
            {
                return;
            }

            _urgency = urgency;
        }

        Raised?.Invoke();
    }
}
