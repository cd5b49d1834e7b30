using System.Diagnostics;
using MeatLizard.Application.Relay.Workers;

namespace MeatLizard.Infrastructure.Security;

/// <summary>The macOS login keychain, by its own program. The root goes in through a pipe: arguments show in the list of processes.</summary>
/// <param name="program">/usr/bin/security, but for tests.</param>
internal sealed class KeychainRootStore(string program = "/usr/bin/security") : IRootStore
{
    private const string Service = "meatlizard-worker";
    private const int NotFound = 44;

    public async Task Save(string worker, string root, CancellationToken cancellationToken)
    {
        var (code, _) = await Run(["-i"], $"add-generic-password -U -a {worker} -s {Service} -w {root}\n", cancellationToken);
        if (code != 0 || await Find(worker, cancellationToken) != root)
        {
            throw new InvalidOperationException("The keychain did not take the worker's key. Unlock it and enrol with a new code.");
        }
    }

    public async Task Remove(string worker, CancellationToken cancellationToken)
    {
        var (code, _) = await Run(["delete-generic-password", "-a", worker, "-s", Service], "", cancellationToken);
        if (code is not (0 or NotFound))
        {
            throw new InvalidOperationException($"The keychain does not let go of the worker's old key (code {code}). Unlock it and try again.");
        }
    }

    public async Task<string?> Find(string worker, CancellationToken cancellationToken)
    {
        var (code, output) = await Run(["find-generic-password", "-a", worker, "-s", Service, "-w"], "", cancellationToken);
        return code switch
        {
            0 => output.Trim(),
            NotFound => null,
            _ => throw new InvalidOperationException($"The keychain does not give the worker's key (code {code}). Unlock it and try again."),
        };
    }

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
