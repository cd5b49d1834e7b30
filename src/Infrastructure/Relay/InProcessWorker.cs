using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>The worker inside the server's process: its name and its key, which is configured, or made at the first start and kept in the data folder.</summary>
internal sealed class InProcessWorker(WorkerId id, RelayKeys keys)
{
    public static WorkerId LocalId { get; } = new("local");

    public WorkerId Id { get; } = id;

    public RelayKeys Keys { get; } = keys;

    public static InProcessWorker FromFolder(string dataFolder) => WithKey(SecretFile.HexOf(Path.Combine(dataFolder, "worker-local.key")));

    /// <param name="key">64 hex digits.</param>
    public static InProcessWorker WithKey(string key) => new(LocalId, new RelayKeys(RelayRoot.FromHex(key)));
}
