using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeatLizard.Testing.Identity;

/// <summary>An issuer of tokens, and everything with which somebody else would like to be one. It signs whatever it is given.</summary>
internal sealed class Issuer : IDisposable
{
    public const string Name = "https://id.example.org";
    public const string Audience = "meatlizard";
    public const string RsaId = "rsa-1";
    public const string EcId = "ec-1";

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What is published.</summary>
    public JsonObject Jwks => new() { ["keys"] = new JsonArray(Jwk(Rsa, RsaId), Jwk(Ec, EcId)) };

    public static JsonObject Jwk(RSA rsa, string id)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id, ["n"] = Encode(key.Modulus!), ["e"] = Encode(key.Exponent!) };
    }

    public static JsonObject Jwk(ECDsa ec, string id)
    {
        var key = ec.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "EC", ["use"] = "sig", ["crv"] = "P-256", ["kid"] = id, ["x"] = Encode(key.Q.X!), ["y"] = Encode(key.Q.Y!) };
    }

    public static JsonObject RsaHeader() => new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = RsaId };

    public static JsonObject EcHeader() => new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = EcId };

    /// <summary>Of somebody, good for five minutes.</summary>
    public static JsonObject Claims(string subject = "anna")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new() { ["iss"] = Name, ["aud"] = Audience, ["sub"] = subject, ["name"] = "Anna Token", ["iat"] = now, ["exp"] = now + 300 };
    }

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    public string Good(string subject = "anna") => Sign(RsaHeader(), Claims(subject));

    public string Sign(JsonNode header, JsonNode claims) => Sign(Text(header), Text(claims));

    /// <summary>Exactly these texts, signed with the RSA key, whatever they say.</summary>
    public string Sign(string header, string claims) =>
        Sign(header, claims, input => Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string SignEc(JsonNode header, JsonNode claims) => Sign(Text(header), Text(claims), input => Ec.SignData(input, HashAlgorithmName.SHA256));

    public static string Sign(string header, string claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Text(JsonNode node) => node.ToJsonString(JsonSerializerOptions.Default);

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
    }
}
