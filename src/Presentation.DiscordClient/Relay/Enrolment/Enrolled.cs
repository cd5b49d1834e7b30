using System.Text.Json;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

/// <summary>Which server this machine works for, and under which name.</summary>
internal sealed record Enrolled(Uri Server, string Worker)
{
    private const string FileName = "worker.json";

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
