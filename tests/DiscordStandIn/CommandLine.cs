using System.Globalization;
using System.Net;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn;

/// <summary>[--port N] [--address IP] [--data FOLDER] [--seed FILE]</summary>
internal static class CommandLine
{
    /// <exception cref="ArgumentException">An argument is unknown, or its value is missing or wrong.</exception>
    /// <exception cref="IOException">The seed can't be read.</exception>
    public static StandInOptions Read(string[] args)
    {
        var options = new StandInOptions { Port = 8090 };
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value after it.");
            options = args[i] switch
            {
                "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port < 65_536 =>
                    options with { Port = port },
                "--address" when IPAddress.TryParse(value, out var address) => options with { Address = address },
                "--data" => options with { DataFolder = value },
                "--seed" => options with { World = WorldSeed.Read(value).Build },
                "--port" => throw new ArgumentException($"--port: {value} is no port; give a number from 0 to 65535."),
                "--address" => throw new ArgumentException($"--address: {value} is no IP address."),
                _ => throw new ArgumentException($"{args[i]} is not known. There are --port, --address, --data and --seed."),
            };
        }

        return options;
    }
}
