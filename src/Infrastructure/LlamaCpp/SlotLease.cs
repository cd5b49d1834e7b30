namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>The right to one slot of llama-server, until disposed.</summary>
internal sealed class SlotLease(int slot, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public int Slot { get; } = slot;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
