namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>The right to one slot of a running llama-server, until disposed.</summary>
internal sealed class EngineLease(LlamaServer server, SlotLease slot, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public LlamaServer Server { get; } = server;

    public int Slot => slot.Slot;

    public void Dispose()
    {
        slot.Dispose();
        Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
