using System.Globalization;
using System.Text.RegularExpressions;
using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>macOS: what <c>pmset -g batt</c> says.</summary>
/// <param name="program">/usr/bin/pmset, but for tests.</param>
internal sealed partial class PmsetPower(string program = "/usr/bin/pmset") : IHostPower
{
    public async Task<PowerReading?> Read(CancellationToken cancellationToken) =>
        await SystemProgram.Ask(program, ["-g", "batt"], cancellationToken) is { } output ? Parse(output) : null;

    /// <returns>Null when it is nothing that pmset would say.</returns>
    internal static PowerReading? Parse(string output)
    {
        if (Source().Match(output) is not { Success: true } source)
        {
            return null;
        }

        // A UPS that is drawn from is a battery; one that is only charged is none of the machine's.
        var batteries = Battery().Matches(output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        return new(source.Groups[1].Value == "AC Power", batteries.Length == 0 ? null : (int)batteries.Average());
    }

    [GeneratedRegex(@"^Now drawing from '([^']+)'", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Source();

    [GeneratedRegex(@"^ -[^\t\r\n]+\t(\d{1,3})%;[^\r\n]*\bpresent: true", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Battery();
}
