using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>The caller's key that makes a creating call repeatable.</summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";
    private const int Longest = 255;

    /// <param name="path">With ids filled in, under /api/v1.</param>
    /// <param name="asked">What is asked. Two bodies that mean the same are the same.</param>
    /// <param name="inBody">The body's own key, which is the same thing.</param>
    public static IdempotencyKey? Read<T>(HttpContext http, string path, T asked, JsonTypeInfo<T> type, string? inBody = null)
    {
        if (Read(http, inBody) is not { } key)
        {
            return null;
        }

        return Make(http.Request.Method, path, key, asked, type);
    }

    public static IdempotencyKey Make<T>(string method, string path, string key, T asked, JsonTypeInfo<T> type) =>
        new($"{method} {path}", key, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(asked, type))));

    private static string? Read(HttpContext http, string? inBody)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var values))
        {
            return inBody;
        }

        if (values is not [{ } key] || key.Length is 0 or > Longest || key.Any(c => c is < ' ' or > '~'))
        {
            throw new RefusedException(Refusal.Invalid(
                Header, "invalid_idempotency_key", $"An Idempotency-Key is one value of 1 to {Longest} printable ASCII characters."));
        }

        if (inBody is null)
        {
            return key;
        }

        return key == inBody
            ? key
            : throw new RefusedException(Refusal.Invalid(
                "client_message_id", "keys_differ", "Idempotency-Key and client_message_id are both given and differ."));
    }
}
