namespace MeatLizard.Domain;

/// <summary>
/// Verbs around one immutable state record. Loading is the constructor; saving stores <see cref="State"/> where the
/// stored version is still <see cref="StoredVersion"/>, so that two writers can never both win.
/// </summary>
/// <typeparam name="TState">The record that is stored. Replaced as a whole by every verb.</typeparam>
public abstract class AggregateRoot<TState>
    where TState : class
{
    private readonly List<IDomainEvent> _events = [];

    /// <param name="state">The state as stored, or the first state of a new aggregate.</param>
    /// <param name="storedVersion">The version read with the state; 0 when nothing is stored yet.</param>
    protected AggregateRoot(TState state, long storedVersion)
    {
        State = state;
        StoredVersion = storedVersion;
        Version = storedVersion;
    }

    public TState State { get; private set; }

    /// <summary>The version that the store holds; 0 means not stored yet.</summary>
    public long StoredVersion { get; private set; }

    /// <summary>Rises by one with every event.</summary>
    public long Version { get; private set; }

    /// <summary>What has happened since the aggregate was loaded or last saved.</summary>
    public IReadOnlyList<IDomainEvent> Events => _events;

    /// <summary>Called by the store after the commit: the state is now the stored one.</summary>
    public void MarkStored()
    {
        StoredVersion = Version;
        _events.Clear();
    }

    protected void Apply(TState next, IDomainEvent because)
    {
        State = next;
        Version++;
        _events.Add(because);
    }
}
