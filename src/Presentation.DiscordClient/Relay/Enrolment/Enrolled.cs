using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

/// <summary>Which server this machine works for, and under which name.</summary>
internal sealed record Enrolled(Uri Server, string Worker)
{
    private const string FileName = "worker.json";

    /// <summary>SHA-256 of the configured key that was taken over last, lower-case hex; null for a worker that has enrolled by a code.</summary>
    public string? ConfiguredRoot { get; init; }

    /// <summary>Whether the configuration says that it is reached through Discord; null: whoever has a bot's token is.</summary>
    public bool? IsInDiscord { get; init; }

    /// <summary>Whose answers these are that a journal keeps. A configured worker's go to whoever has its key, wherever that is reached.</summary>
    [JsonIgnore]
    public string Owner => ConfiguredRoot is { } root ? $"{Worker} {root}" : $"{Worker} of {Server}";

    public static Enrolled? In(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), ClientJson.Default.Enrolled) : null;
    }

    public void Save(string folder)
    {
        PrivateFolder.Create(folder);
        var draft = Path.Combine(folder, FileName + ".new");
        File.WriteAllText(draft, JsonSerializer.Serialize(this, ClientJson.Default.Enrolled));
        File.Move(draft, Path.Combine(folder, FileName), overwrite: true);
    }
}
