using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>The worker inside the server's process: its name and its key, made at the first start and kept in the data folder.</summary>
internal sealed class InProcessWorker(WorkerId id, RelayKeys keys)
{
    public static WorkerId LocalId { get; } = new("local");

    public WorkerId Id { get; } = id;

    public RelayKeys Keys { get; } = keys;

    public static InProcessWorker FromFolder(string dataFolder) =>
        new(LocalId, new RelayKeys(RelayRoot.FromHex(SecretFile.HexOf(Path.Combine(dataFolder, "worker-local.key")))));
}
