using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>A request that can be made as often as it takes.</summary>
/// <param name="Route">The path with a star for each id: what Discord counts by, and what may be logged.</param>
/// <param name="Ids">In place of the stars.</param>
internal sealed record RestCall(HttpMethod Method, string Route, params string[] Ids)
{
    /// <summary>With its question mark; part of no route.</summary>
    public string Query { get; init; } = "";

    /// <summary>Where it stands among all that waits for the bot's common limit.</summary>
    public DiscordTurn Turn { get; init; } = new(DiscordUrgency.Usual);

    /// <summary>Makes the body anew for each attempt, when its turn has come; null: none.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>Whether it does no harm to ask again where the first asking may have been heard.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Whether it is repeatable only for as long as Discord remembers its nonce.</summary>
    public bool IsNonced { get; init; }

    /// <summary>
    /// Answers to interactions: a token in the path speaks for the bot, its own is not sent, and Discord counts them apart from the
    /// bot's requests.
    /// </summary>
    public bool IsByInteraction { get; init; }

    /// <summary>How many of the ids Discord counts apart: the channel, the guild, or the interaction with its token.</summary>
    public string Major => IsByInteraction ? string.Join('/', Ids.Take(2)) : Ids.FirstOrDefault() ?? "";

    public string Name => $"{Method} {Route}";

    public string Path
    {
        get
        {
            var parts = Route.Split('*');
            return string.Concat(parts.Select((part, index) => index == 0 ? part : Uri.EscapeDataString(Ids[index - 1]) + part)) + Query;
        }
    }

    public static Func<HttpContent> Json<T>(T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return () => Json(bytes);
    }

    public static Func<HttpContent> Json<T>(T body, JsonTypeInfo<T> type, IReadOnlyList<DiscordFile> files)
    {
        if (files.Count == 0)
        {
            return Json(body, type);
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return () =>
        {
            var form = new MultipartFormDataContent { { Json(bytes), "payload_json" } };
            for (var number = 0; number < files.Count; number++)
            {
                var file = new ReadOnlyMemoryContent(files[number].Content);
                file.Headers.ContentType = new("application/octet-stream");
                form.Add(file, $"files[{number}]", files[number].Name);
            }

            return form;
        };
    }

    /// <summary>Without the ids, among which an interaction's token may be.</summary>
    public override string ToString() => Name;

    private static ByteArrayContent Json(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
