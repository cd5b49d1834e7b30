using Microsoft.Extensions.Configuration;

namespace MeatLizard.Presentation.DiscordClient;

/// <param name="DataFolder">Where the worker keeps what it must not forget.</param>
/// <param name="Proxy">An HTTP proxy for the way to the server; null: as the system says.</param>
internal sealed record ClientSettings(string DataFolder, Uri? Proxy)
{
    private const string UsualFolder = "./data/worker";

    public static ClientSettings From(IConfiguration configuration) => new(
        configuration["DataFolder"] is { Length: > 0 } folder ? folder : UsualFolder,
        configuration["Server:Proxy"] is { Length: > 0 } proxy ? new Uri(proxy, UriKind.Absolute) : null);
}
