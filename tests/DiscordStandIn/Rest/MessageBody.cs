using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Reads a message out of a request, and refuses what Discord refuses.</summary>
internal sealed class MessageBody(StandInOptions options)
{
    public const int MostCharacters = 2000, MostFiles = 10, MostEmbeds = 10, LongestNonce = 25;

    /// <summary>A new message.</summary>
    public Draft Read(RestCall call, JsonObject body)
    {
        var draft = Fields(body, new Draft("")) with { Attachments = Files(call, body, []) };
        return NotEmpty(draft) with
        {
            Nonce = Nonce(body),
            NonceIsNumber = body["nonce"] is JsonValue value && !value.TryGetValue(out string? _),
            RepliesTo = body["message_reference"] is JsonObject reply ? RestCall.Id(reply["message_id"], "message_reference.message_id") : null,
        };
    }

    /// <summary>A change: what the body leaves out stays.</summary>
    public Draft Read(RestCall call, JsonObject body, Message before)
    {
        var draft = Fields(body, new Draft(before.Content)
        {
            Embeds = before.Embeds.Copy(),
            Components = before.Components.Copy(),
            Flags = before.Flags & ~Message.LoadingFlag,
        });
        return NotEmpty(draft with { Attachments = Files(call, body, before.Attachments) });
    }

    private static Draft Fields(JsonObject body, Draft draft)
    {
        if (body.TryGetPropertyValue("content", out var content))
            draft = draft with { Content = content is null ? "" : RestCall.Word(content, "content") };
        if (draft.Content.Length > MostCharacters)
            throw Refusal.TooLong("content", MostCharacters);
        if (body["embeds"] is JsonArray embeds)
            draft = draft with { Embeds = embeds.Copy() };
        if (draft.Embeds.Count > MostEmbeds)
            throw Refusal.TooLong("embeds", MostEmbeds);
        foreach (var (embed, i) in draft.Embeds.Select((one, i) => (one, i)))
        {
            Check(embed?["title"], $"embeds.{i}.title", 256);
            Check(embed?["description"], $"embeds.{i}.description", 4096);
        }

        if (body["components"] is JsonArray components)
            draft = draft with { Components = components.Copy() };
        if (draft.Components.Count > 5)
            throw Refusal.TooLong("components", 5);
        if (body["flags"] is JsonValue flags && flags.TryGetValue(out int bits))
            draft = draft with { Flags = bits };
        return draft with { AllowedMentions = body["allowed_mentions"] as JsonObject };
    }

    private static void Check(JsonNode? text, string path, int most)
    {
        if (text is not null && RestCall.Word(text, path).Length > most)
            throw Refusal.TooLong(path, most);
    }

    private static Draft NotEmpty(Draft draft) =>
        string.IsNullOrWhiteSpace(draft.Content) && draft.Attachments.Count == 0 && draft.Embeds.Count == 0 && draft.Components.Count == 0
            ? throw Refusal.EmptyMessage
            : draft with { Content = draft.Content.Trim() };

    private static string? Nonce(JsonObject body)
    {
        if (body["nonce"] is not JsonValue value)
            return null;
        var nonce = value.TryGetValue(out string? text) ? text
            : value.TryGetValue(out long _) ? value.ToJsonString()
            : throw Refusal.Field("nonce", "NONCE_TYPE_INVALID", "Nonce must be a string or an integer.");
        return nonce.Length <= LongestNonce ? nonce : throw Refusal.TooLong("nonce", LongestNonce);
    }

    private List<Attachment> Files(RestCall call, JsonObject body, IReadOnlyList<Attachment> before)
    {
        var described = (body["attachments"] as JsonArray)?.OfType<JsonObject>().ToArray();
        var kept = described is null
            ? before.ToList()
            : [.. before.Where(one => described.Any(other => other["id"]?.ToString() == one.Id.Text()))];
        foreach (var (file, i) in call.Files.Select((file, i) => (file, i)))
        {
            if (file.Bytes.LongLength > options.LargestFile)
                throw Refusal.TooLarge;
            var number = file.Field.StartsWith("files[", StringComparison.Ordinal) ? file.Field[6..^1] : $"{i}";
            var words = described?.FirstOrDefault(one => one["id"]?.ToString() == number);
            kept.Add(new Attachment(
                call.World.NextId(),
                (string?)words?["filename"] ?? file.Name,
                file.ContentType,
                file.Bytes,
                Convert.ToHexStringLower(SHA256.HashData(file.Bytes)))
            {
                Description = (string?)words?["description"],
            });
        }

        return kept.Count <= MostFiles ? kept : throw Refusal.TooLong("attachments", MostFiles);
    }
}
