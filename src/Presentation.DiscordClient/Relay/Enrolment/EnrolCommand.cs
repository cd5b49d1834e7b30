using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

/// <summary>Makes this machine a worker: exchanges a one-time code for its key.</summary>
internal sealed partial class EnrolCommand(HttpClient http, IRootStore roots, string folder, TextWriter output)
{
    private const string ClaimFile = "enrolment.claim";

    /// <param name="address">The server's address with the code behind a #, as the admin was shown it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> Run(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https") || given.Fragment.Length < 2)
        {
            await output.WriteLineAsync("Give the address that your admin was shown, for example https://chat.example.org/#7Q2MX-…");
            return 2;
        }

        var server = new Uri(given.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        if (server.Scheme == Uri.UriSchemeHttp && !server.IsLoopback)
        {
            await output.WriteLineAsync("Over http the key would travel in the open: the server needs https for workers elsewhere.");
            return 2;
        }

        // The key of a worker that runs is not put in the place of the one that it uses.
        using var taken = await ClientFolder.Claim(folder, output);
        if (taken is null)
        {
            return 1;
        }

        // Drawn before it asks and kept until it has the answer: should that be lost, the same code and claim get it once more.
        var claim = Path.Combine(folder, ClaimFile);
        EnrolAnswer? answer;
        try
        {
            using var response = await http.PostAsJsonAsync(
                new Uri(server, "api/v1/enrol"),
                new Dictionary<string, string> { ["code"] = Uri.UnescapeDataString(given.Fragment[1..]), ["claim"] = SecretFile.HexOf(claim) },
                ClientJson.Default.DictionaryStringString,
                cancellationToken);
            answer = await response.Content.ReadFromJsonAsync(ClientJson.Default.EnrolAnswer, cancellationToken);
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await output.WriteLineAsync($"{server} cannot be asked: {failed.GetBaseException().Message}");
            return 1;
        }

        // What a server says goes into names of files and into what the keychain's program is told.
        if (answer is not { WorkerId: { } worker, Root: { } root } || !Name().IsMatch(worker) || !Key().IsMatch(root))
        {
            await output.WriteLineAsync(answer?.Detail ?? $"{server} is no MeatLizard server.");
            return 1;
        }

        try
        {
            await roots.Remove(NextRoot.Of(worker), cancellationToken);
            await roots.Save(worker, root, cancellationToken);
            new Enrolled(server, worker).Save(folder);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // The claim stays: the same code gives the same key once more.
            await output.WriteLineAsync(ClientFolder.Unusable(folder, wrong));
            return 1;
        }

        File.Delete(claim);
        await output.WriteLineAsync($"This machine is now worker {worker} of {server}. Start it with: ./worker run --model FILE");
        return 0;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
