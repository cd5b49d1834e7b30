using System.Diagnostics;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>A command of the machine, run to its end.</summary>
internal static class Shell
{
    /// <returns>What it wrote; it must end with 0.</returns>
    public static async Task<string> Run(params string[] command)
    {
        var (code, output) = await Try(command);
        Assert.That(code, Is.Zero, $"{string.Join(' ', command)}: {output}");
        return output;
    }

    public static async Task<(int Code, string Output)> Try(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
