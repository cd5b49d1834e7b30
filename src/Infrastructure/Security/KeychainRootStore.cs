using System.Diagnostics;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Security;

/// <summary>
/// The macOS login keychain, by its own program. The root goes in through a pipe: arguments show in the list of processes. Two servers may each
/// know a worker of one name on this machine: what tells their entries apart is drawn once and lies in the data folder, so that the folder can be moved.
/// </summary>
/// <param name="folder">The worker's data folder.</param>
/// <param name="program">/usr/bin/security, but for tests.</param>
internal sealed class KeychainRootStore(string folder, string program = "/usr/bin/security") : IRootStore
{
    /// <summary>The whole name of the entries that were made before folders were told apart.</summary>
    private const string Service = "meatlizard-worker";
    private const int NotFound = 44;
    private const int MarkLength = 12;
    private const string WayOut =
        "Unlock it (security unlock-keychain), or keep the key in a file with --Worker:KeyStore=File; then do the same again.";

    private readonly string _mark = Path.Combine(folder, "keychain.mark");

    public async Task Save(string worker, string root, CancellationToken cancellationToken)
    {
        var (code, _) = await Run(["-i"], $"add-generic-password -U -a {worker} -s {Own()} -w {root}\n", cancellationToken);
        if (code != 0 || await Find(worker, cancellationToken) != root)
        {
            throw new InvalidOperationException($"The keychain did not take the worker's key. {WayOut}");
        }
    }

    public async Task Remove(string worker, CancellationToken cancellationToken)
    {
        foreach (var service in Services())
        {
            var (code, _) = await Run(["delete-generic-password", "-a", worker, "-s", service], "", cancellationToken);
            if (code is not (0 or NotFound))
            {
                throw new InvalidOperationException($"The keychain does not let go of the worker's old key (code {code}). {WayOut}");
            }
        }
    }

    public async Task<string?> Find(string worker, CancellationToken cancellationToken)
    {
        foreach (var service in Services())
        {
            var (code, output) = await Run(["find-generic-password", "-a", worker, "-s", service, "-w"], "", cancellationToken);
            switch (code)
            {
                case 0:
                    return output.Trim();
                case NotFound:
                    continue;
                default:
                    throw new InvalidOperationException($"The keychain does not give the worker's key (code {code}). {WayOut}");
            }
        }

        return null;
    }

    private string Own() => SecretFile.HexOf(_mark) is { Length: > MarkLength } drawn
        ? $"{Service}-{drawn[..MarkLength]}"
        : throw new IOException($"{_mark} is damaged. Delete it, and enrol with a new code.");

    private IEnumerable<string> Services() => File.Exists(_mark) ? [Own(), Service] : [Service];

    private async Task<(int Code, string Output)> Run(string[] arguments, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        _ = await errors;
        return (process.ExitCode, output);
    }
}
