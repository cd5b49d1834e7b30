using System.Globalization;
using System.Text.Json;
using MeatLizard.Domain.Relay;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>What <see cref="RedisWorkerScripts"/> do, said by this host.</summary>
internal sealed class WorkerBoard(RedisLink link)
{
    /// <summary>A host that has not been heard of for so long has died, and with it its carriers.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private const int NotKnown = -1;

    private static readonly TimeSpan DrainKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReleaseKept = TimeSpan.FromMinutes(1);

    private string Host { get; } = link.Host.ToString();

    private RedisKey[] Keys { get; } = [link.Prefix];

    private RedisValue Notified => link.Message(Notice.Workers, []);

    /// <returns>Whether it was granted; <c>Answered</c> is false when Redis is away, <c>Known</c> when it knows no such worker.</returns>
    public async ValueTask<(bool Answered, bool Known, bool Granted)> Reserve(
        WorkerId worker, string epoch, RequestId request, CancellationToken cancellationToken)
    {
        var reply = await link.Evaluate(
            RedisWorkerScripts.Reserve,
            Keys,
            [Host, Milliseconds(Lease), worker.Value, epoch, request.ToString(), link.ChannelName, Notified],
            cancellationToken);
        return reply is null ? default : (true, (int)reply != NotKnown, (int)reply == 1);
    }

    /// <param name="onlyOwn">Not when another host has taken it meanwhile.</param>
    public ValueTask<RedisResult?> Release(RequestId request, bool onlyOwn) => link.Evaluate(
        RedisWorkerScripts.Release,
        Keys,
        [request.ToString(), onlyOwn ? Host : "", Milliseconds(ReleaseKept), link.ChannelName, Notified],
        CancellationToken.None);

    public ValueTask<RedisResult?> Withdraw(WorkerId worker) => link.Evaluate(
        RedisWorkerScripts.Withdraw, Keys, [Host, worker.Value, link.ChannelName, Notified], CancellationToken.None);

    /// <returns>Null when Redis is away.</returns>
    public async ValueTask<RegistryReport?> Beat(
        IReadOnlyDictionary<WorkerId, string> drains,
        IReadOnlyDictionary<WorkerId, KnownWorker> own,
        IReadOnlyDictionary<RequestId, HeldSlot> held,
        CancellationToken cancellationToken)
    {
        RedisValue[] said =
        [
            Host, Milliseconds(Lease), Milliseconds(DrainKept),
            drains.Count, .. drains.SelectMany(drain => new RedisValue[] { drain.Key.Value, drain.Value }),
            own.Count, .. own.SelectMany(Words),
            held.Count, .. held.SelectMany(slot => new RedisValue[] { slot.Key.ToString(), slot.Value.Worker.Value, slot.Value.Epoch }),
        ];
        return await link.Evaluate(RedisWorkerScripts.Beat, Keys, said, cancellationToken) is { } reply ? RegistryReport.Read(reply) : null;
    }

    private static IEnumerable<RedisValue> Words(KeyValuePair<WorkerId, KnownWorker> own) =>
    [
        own.Key.Value,
        own.Value.Generation.ToString(CultureInfo.InvariantCulture),
        own.Value.Epoch,
        own.Value.Slots,
        own.Value.Carrier,
        own.Value.Draining ? "1" : "0",
        own.Value.Problem ?? "",
        JsonSerializer.Serialize([.. own.Value.Models], RedisJson.Default.ModelDescriptorArray),
    ];

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
