using System.Buffers.Text;
using System.Text.Json;
using MeatLizard.Application.Identity.Tokens;

namespace MeatLizard.Infrastructure.Identity.Tokens;

/// <summary>
/// What a token looks like before anybody computes anything: three parts, a header that says only what it may, each member once. Whatever
/// would have a reader fetch a key, take one along, unpack or decrypt something is refused here by not being on the list.
/// </summary>
internal sealed record TokenShape(string Algorithm, string? KeyId, JsonElement Claims)
{
    public const int Longest = 8 * 1024;

    private const int LongestKeyId = 200;

    private static readonly string[] Members = ["alg", "typ", "kid", "x5t", "x5t#S256"];

    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static (TokenShape? Shape, TokenFault Fault) Read(string token, IReadOnlyCollection<string> algorithms)
    {
        if (token.Length > Longest)
        {
            return (null, TokenFault.Oversized);
        }

        var parts = token.Split('.');
        if (parts.Length != 3 || parts.Any(part => part.Length == 0 || !part.All(IsBase64Url)))
        {
            return (null, TokenFault.Malformed);
        }

        if (Parse(parts[0]) is not { } header || Parse(parts[1]) is not { } claims)
        {
            return (null, TokenFault.Malformed);
        }

        if (Text(header, "alg") is not { } algorithm || !algorithms.Contains(algorithm))
        {
            return (null, TokenFault.Algorithm);
        }

        if (header.EnumerateObject().Any(member => !Members.Contains(member.Name) || member.Value.ValueKind != JsonValueKind.String))
        {
            return (null, TokenFault.Header);
        }

        if (Text(header, "typ") is { } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            return (null, TokenFault.Type);
        }

        var key = Text(header, "kid");
        return key is { Length: 0 or > LongestKeyId } ? (null, TokenFault.Key) : (new(algorithm, key, claims), default);
    }

    /// <summary>A member that is a text; null when it is missing or anything else.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException)
        {
            return null;
        }
    }

    private static bool IsBase64Url(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
