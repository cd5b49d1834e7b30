using System.Globalization;
using System.Text.Json;
using MeatLizard.Domain.Relay;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>What <see cref="RedisWorkerScripts.Beat"/> answers.</summary>
/// <param name="Gone">Requests whose slots somebody else has given back or taken.</param>
internal sealed record RegistryReport(IReadOnlyList<RequestId> Gone, IReadOnlyList<RegistryReport.Row> Workers)
{
    private const int Fields = 9;

    public static RegistryReport Read(RedisResult reply)
    {
        var parts = (RedisResult[])reply!;
        return new(
            [.. ((string[])parts[0]!).Select(request => new RequestId(Guid.Parse(request)))],
            [.. ((RedisResult[])parts[1]!).Select(row => ReadRow((string[])row!))]);
    }

    private static Row ReadRow(string[] fields) => new(
        new(fields[0]),
        Guid.Parse(fields[1]),
        long.Parse(fields[2], CultureInfo.InvariantCulture),
        new(
            fields[5],
            fields[3],
            JsonSerializer.Deserialize(fields[8], RedisJson.Default.ModelDescriptorArray) ?? [],
            int.Parse(fields[4], CultureInfo.InvariantCulture),
            fields[7] is "" ? null : fields[7])
        {
            Draining = fields[6] == "1",
        },
        [.. fields.Skip(Fields).Select(ReadHolder)]);

    private static (RequestId, Guid) ReadHolder(string member)
    {
        var words = member.Split(' ');
        return (new(Guid.Parse(words[0])), Guid.Parse(words[1]));
    }

    /// <param name="Host">Which has its carrier.</param>
    /// <param name="Generation">When that host announced it, in microseconds by Redis' clock.</param>
    internal sealed record Row(
        WorkerId Id, Guid Host, long Generation, KnownWorker Worker, IReadOnlyList<(RequestId Request, Guid Host)> Holders);
}
