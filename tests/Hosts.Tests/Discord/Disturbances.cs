using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord.Relay;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>What goes wrong between the two bots and Discord, one thing after another, as a seed says.</summary>
internal sealed class Disturbances(StandIn discord, DiscordCarrier carrier)
{
    /// <summary>After which the client comes back, by resuming or anew. After the others it ends with a sentence.</summary>
    private static readonly int[] Codes = [1000, 1001, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009];

    private static readonly int[] Stumbles = [500, 502, 503, 504];

    /// <returns>What it was.</returns>
    public string Next(Random random)
    {
        ulong? bot = random.Next(3) switch { 0 => DefaultWorld.ServerBot, 1 => DefaultWorld.ClientBot, _ => null };
        var who = bot switch { DefaultWorld.ServerBot => "server", DefaultWorld.ClientBot => "worker", _ => "both" };
        var faults = discord.Faults;
        switch (random.Next(19))
        {
            case 0:
                faults.Cut(bot);
                return $"cut {who}";
            case 1:
                faults.Reconnect(bot);
                return $"op 7 {who}";
            case 2:
                faults.Invalidate(resumable: true, bot);
                return $"op 9 resumable {who}";
            case 3:
                var code = Codes[random.Next(Codes.Length)];
                faults.Close(code, bot);
                return $"close {code} {who}";
            case 4:
                faults.Duplicate(5, bot);
                return $"duplicates {who}";
            case 5:
                faults.Swap(3, bot);
                return $"swaps {who}";
            case 6:
                var status = Stumbles[random.Next(Stumbles.Length)];
                faults.Fail(status, 3);
                return $"{status}";
            case 7:
                faults.Limit(LimitScope.User, TimeSpan.FromSeconds(0.5), 2);
                return "429 user";
            case 8:
                faults.Limit(LimitScope.Shared, TimeSpan.FromSeconds(0.5), 2);
                return "429 shared";
            case 9:
                faults.Limit(LimitScope.Global, TimeSpan.FromSeconds(0.5));
                return "429 global";
            case 10:
                faults.CutAfterAccept(2);
                return "cut after accept";
            case 11:
                faults.RefuseConnections(TimeSpan.FromSeconds(1));
                faults.Cut(bot);
                return $"gateway away, {who}";
            case 12:
                var channel = Of(random, carrier.Channels.Select(id => discord.World.Channels[id.Value]));
                discord.Rooms.DeleteChannel(channel);
                return $"{channel.Name} deleted";
            case 13:
                faults.Invalidate(resumable: false, bot);
                return $"op 9 {who}";
            case 14:
                faults.HalfOpen(bot);
                return $"half-open {who}";
            case 15:
                faults.WithholdAcks(bot: bot);
                return $"no ACKs {who}";
            case 16:
                return TakePermission(random);
            case 17:
                faults.RestLatency = faults.GatewayLatency = TimeSpan.FromMilliseconds(random.Next(20, 200));
                return "latency";
            default:
                faults.NeverAnswer();
                return "no answer";
        }
    }

    /// <summary>Somebody tidies up: the worker's bot may not enter one of the relay channels any more.</summary>
    private string TakePermission(Random random)
    {
        var chosen = Of(random, discord.World.Channels.Values.Where(channel => channel.Name.StartsWith("relay-", StringComparison.Ordinal)));
        discord.Rooms.ChangeChannel(chosen, channel => _ = channel.Overwrites.Remove(DefaultWorld.ClientBot));
        return $"{chosen.Name} closed";
    }

    /// <summary>By name, so that a seed meets the same each time.</summary>
    private static Channel Of(Random random, IEnumerable<Channel> channels)
    {
        var named = channels.OrderBy(channel => channel.Name, StringComparer.Ordinal).ToArray();
        return named[random.Next(named.Length)];
    }
}
