using System.ComponentModel;
using System.Diagnostics;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>A program of the system that is asked for a few lines.</summary>
internal static class SystemProgram
{
    /// <summary>It answers within milliseconds, or there is something wrong with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <returns>What it has said; null when there is no such program, or it said nothing in time.</returns>
    public static async Task<string?> Ask(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
            if (process is null)
            {
                return null;
            }

            try
            {
                return await process.StandardOutput.ReadToEndAsync(late.Token);
            }
            finally
            {
                // It has said all it has to say, or will not.
                process.Kill();
            }
        }
        catch (Exception failed) when (failed is Win32Exception or InvalidOperationException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
