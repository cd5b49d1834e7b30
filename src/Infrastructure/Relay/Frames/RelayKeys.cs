namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>The roots of one worker that are valid now: one, or two while it is being rotated. Only the first one seals.</summary>
internal sealed class RelayKeys
{
    private readonly RelayRoot[] roots;

    public RelayKeys(RelayRoot current, RelayRoot? other = null)
    {
        if (other is not null && other.KeyId == current.KeyId)
            throw new ArgumentException("The two relay roots of a worker must differ.", nameof(other));

        roots = other is null ? [current] : [current, other];
    }

    public RelayRoot Current => roots[0];

    public ReadOnlySpan<RelayRoot> Roots => roots;
}
