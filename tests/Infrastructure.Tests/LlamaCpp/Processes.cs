using System.Diagnostics;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

internal static class Processes
{
    public static bool Exists(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            // What has ended and was not yet fetched by its parent is no longer there for us.
            return !process.HasExited && !Ended(id);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Ended(int id)
    {
        try
        {
            return File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
