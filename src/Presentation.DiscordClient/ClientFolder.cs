using MeatLizard.Infrastructure.Storage.Journal;

namespace MeatLizard.Presentation.DiscordClient;

/// <summary>The folder of a worker, for one process at a time.</summary>
internal static class ClientFolder
{
    /// <returns>Null when it cannot be had; why is said.</returns>
    public static async Task<FolderClaim?> Claim(string folder, TextWriter output)
    {
        try
        {
            return FolderClaim.Take(folder);
        }
        catch (JournalTakenException taken)
        {
            await output.WriteLineAsync(taken.Message);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(Unusable(folder, wrong));
        }

        return null;
    }

    public static string Unusable(string folder, Exception why) =>
        $"What this worker keeps in {folder} or in the keychain cannot be used: {why.Message}";
}
