using System.Text.Json;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Reads what is said under /v1: a text, or parts. Texts in a row are one, as llama-server joins them, so that the same parts give the same prompt.</summary>
internal static class ContentInput
{
    private const int MostParts = 100;

    /// <param name="type">What a part that is a text is called.</param>
    /// <param name="also">Further members that such a part may have.</param>
    public static string ReadText(JsonElement content, string at, string type, params ReadOnlySpan<string> also) =>
        Read(content, at, type, "", null, also) is [TextPart text] ? text.Text : "";

    /// <param name="imageType">What a part that is an image is called.</param>
    /// <param name="image">Reads one: the part, and where it stands.</param>
    /// <returns>At least one part.</returns>
    public static IReadOnlyList<MessagePart> Read(
        JsonElement content, string at, string type, string imageType, Func<JsonElement, string, ImagePart>? image, params ReadOnlySpan<string> also)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            GivenJson.CheckText(content, at);
            return [new TextPart(content.GetString()!)];
        }

        if (content.ValueKind != JsonValueKind.Array || content.GetArrayLength() > MostParts)
        {
            throw Unsupported.Wrong(at, $"This is a text, or a list of at most {MostParts} parts.");
        }

        List<MessagePart> parts = [];
        List<string> texts = [];
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            var here = $"{at}[{index++}]";
            GivenJson.Object(part, here);
            var given = GivenJson.Text(part, "type", here);
            if (given == imageType && image is not null)
            {
                EndText(parts, texts);
                parts.Add(image(part, here));
                continue;
            }

            if (given != type)
            {
                throw Unsupported.Value(
                    $"{here}.type", image is null ? $"Parts of type {type} are taken here, and no others." : $"Parts of type {type} and {imageType} are taken here, and no others.");
            }

            GivenJson.Only(part, here, ["type", "text", .. also]);
            texts.Add(GivenJson.Text(part, "text", here) ?? throw Unsupported.Needed($"{here}.text"));
        }

        EndText(parts, texts);
        return parts.Count > 0 ? parts : [new TextPart("")];
    }

    private static void EndText(List<MessagePart> parts, List<string> texts)
    {
        if (texts.Count > 0)
        {
            parts.Add(new TextPart(string.Join('\n', texts)));
            texts.Clear();
        }
    }
}
