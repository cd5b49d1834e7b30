using System.Globalization;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>Says how this machine's worker stands.</summary>
internal static class StatusCommand
{
    /// <returns>The exit code: 0 when it is connected.</returns>
    public static int Run(string folder, DateTimeOffset now, TextWriter output)
    {
        if (Enrolled.In(folder) is not { } enrolled)
        {
            output.WriteLine("This machine is no worker yet. Ask the server's admin for a code, then: ./worker enrol ADDRESS");
            return 1;
        }

        output.WriteLine($"worker   {enrolled.Worker} of {enrolled.Server}");
        if (new StatusFile(folder).Read(now) is not { } status)
        {
            output.WriteLine("state    not running; start it with: ./worker run --model FILE");
            return 1;
        }

        var since = status.Since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine($"state    {(status.Connected ? "connected" : "not connected")} since {since} (process {status.ProcessId})");
        output.WriteLine($"models   {(status.Models.Count == 0 ? "none" : string.Join(", ", status.Models))}");
        output.WriteLine($"running  {status.Running}");
        if (status.Draining is { } draining)
        {
            output.WriteLine($"draining {draining}");
        }

        if (status.Problem is { } problem)
        {
            output.WriteLine($"problem  {problem}");
        }

        return status.Connected ? 0 : 1;
    }
}
