using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>
/// A network of its own for a machine elsewhere: it reaches this one at <see cref="Here"/>, and has no other way out. Linux, as root.
/// </summary>
internal sealed class Namespace : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _subnet;

    private Namespace(string name, string subnet)
    {
        _name = name;
        _subnet = subnet;
    }

    /// <summary>This machine's address, as seen from there.</summary>
    public string Here => $"{_subnet}.1";

    public string There => $"{_subnet}.2";

    public static async Task<Namespace> Create()
    {
        var number = Environment.ProcessId % 250;
        var made = new Namespace($"ml{Environment.ProcessId}", $"10.213.{number}");
        await Shell.Run("ip", "netns", "add", made._name);
        await Shell.Run("ip", "link", "add", $"{made._name}a", "type", "veth", "peer", "name", $"{made._name}b", "netns", made._name);
        await Shell.Run("ip", "addr", "add", $"{made.Here}/30", "dev", $"{made._name}a");
        await Shell.Run("ip", "link", "set", $"{made._name}a", "up");
        await Shell.Run("ip", "-n", made._name, "addr", "add", $"{made.There}/30", "dev", $"{made._name}b");
        await Shell.Run("ip", "-n", made._name, "link", "set", $"{made._name}b", "up");
        await Shell.Run("ip", "-n", made._name, "link", "set", "lo", "up");
        return made;
    }

    /// <summary>The same command, inside.</summary>
    public string[] Inside(params string[] command) => ["ip", "netns", "exec", _name, .. command];

    public async ValueTask DisposeAsync()
    {
        await Shell.Run("ip", "netns", "delete", _name);
        await Eventually.Is(() => !File.Exists($"/var/run/netns/{_name}"));
    }
}
