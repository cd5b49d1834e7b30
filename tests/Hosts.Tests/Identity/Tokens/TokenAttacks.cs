using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MeatLizard.Testing.Identity;

namespace MeatLizard.Hosts.Tests.Identity.Tokens;

/// <summary>Tokens that somebody else than the issuer would like to have taken, or that the issuer made for something else.</summary>
internal static class TokenAttacks
{
    public static IEnumerable<(string Name, Func<Issuer, string> Forge)> All =>
    [
        .. Algorithms(), .. KeyNames(), .. Headers(), .. Times(), .. Addressees(), .. Users(), .. Signatures(), .. Shapes(),
    ];

    private static IEnumerable<(string, Func<Issuer, string>)> Algorithms()
    {
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "none ", "" })
        {
            yield return ($"alg '{none}' without a signature", issuer => Cut(issuer.Sign(Rsa("alg", none), Issuer.Claims())));
            yield return ($"alg '{none}' with a signature", issuer => issuer.Sign(Rsa("alg", none), Issuer.Claims()));
        }

        yield return ("no alg", issuer => issuer.Sign(Without(Issuer.RsaHeader(), "alg"), Issuer.Claims()));
        yield return ("alg null", issuer => issuer.Sign(Rsa("alg", null), Issuer.Claims()));
        yield return ("alg a number", issuer => issuer.Sign(Rsa("alg", 256), Issuer.Claims()));
        yield return ("alg a list", issuer => issuer.Sign(Rsa("alg", new JsonArray("RS256")), Issuer.Claims()));
        yield return ("alg in small letters", issuer => issuer.Sign(Rsa("alg", "rs256"), Issuer.Claims()));
        yield return ("HS256 with the public key as PEM", issuer => Hmac(issuer, "HS256", Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem())));
        yield return ("HS256 with the public key as PEM and a line's end", issuer => Hmac(issuer, "HS256", Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem() + "\n")));
        yield return ("HS256 with the public key as DER", issuer => Hmac(issuer, "HS256", issuer.Rsa.ExportSubjectPublicKeyInfo()));
        yield return ("HS256 with the modulus", issuer => Hmac(issuer, "HS256", issuer.Rsa.ExportParameters(false).Modulus!));
        yield return ("HS256 with an empty key", issuer => Hmac(issuer, "HS256", []));
        yield return ("RS256 that is an HMAC", issuer => Hmac(issuer, "RS256", issuer.Rsa.ExportSubjectPublicKeyInfo()));
        yield return ("RS384, well signed", issuer => Issuer.Sign(
            Issuer.Text(Rsa("alg", "RS384")), Issuer.Text(Issuer.Claims()), input => issuer.Rsa.SignData(input, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)));
        yield return ("PS256, well signed", issuer => Issuer.Sign(
            Issuer.Text(Rsa("alg", "PS256")), Issuer.Text(Issuer.Claims()), input => issuer.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        yield return ("EdDSA", issuer => issuer.Sign(Rsa("alg", "EdDSA"), Issuer.Claims()));
        yield return ("ES256 with the RSA key's name", issuer => issuer.SignEc(Rsa("alg", "ES256"), Issuer.Claims()));
        yield return ("RS256 with the EC key's name", issuer => issuer.Sign(Rsa("kid", Issuer.EcId), Issuer.Claims()));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> KeyNames()
    {
        foreach (var id in new[]
        {
            "../../../../../../dev/null", "/dev/null", "rsa-1/../rsa-1", "rsa-1\0", "' OR '1'='1", "rsa-1'; DROP TABLE app_user; --", "http://evil.example/jwks.json",
            "file:///etc/passwd", "another", "RSA-1", "rsa-1 ", "",
        })
        {
            yield return ($"kid '{id.Replace("\0", "\\0", StringComparison.Ordinal)}'", issuer => issuer.Sign(Rsa("kid", id), Issuer.Claims()));
        }

        yield return ("kid a number", issuer => issuer.Sign(Rsa("kid", 1), Issuer.Claims()));
        yield return ("kid of five thousand letters", issuer => issuer.Sign(Rsa("kid", new string('k', 5000)), Issuer.Claims()));
        yield return ("somebody else's key under this name", _ => Stranger(Issuer.RsaHeader()));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Headers()
    {
        yield return ("a key of its own (jwk)", _ => Stranger(Own(key => ("jwk", Issuer.Jwk(key, Issuer.RsaId)))));
        yield return ("a key of its own (jwk), its name left out", _ => Stranger(Own(key => ("jwk", Issuer.Jwk(key, "x"))), "kid"));
        yield return ("jku", issuer => issuer.Sign(Rsa("jku", "https://evil.example/jwks.json"), Issuer.Claims()));
        yield return ("x5u", issuer => issuer.Sign(Rsa("x5u", "https://evil.example/cert.pem"), Issuer.Claims()));
        yield return ("x5c", issuer => issuer.Sign(Rsa("x5c", new JsonArray("MIIB")), Issuer.Claims()));
        yield return ("crit, empty", issuer => issuer.Sign(Rsa("crit", new JsonArray()), Issuer.Claims()));
        yield return ("crit with something unknown", issuer => issuer.Sign(Rsa("crit", new JsonArray("exp")), Issuer.Claims()));
        yield return ("b64 false", issuer => issuer.Sign(Rsa("b64", false), Issuer.Claims()));
        yield return ("zip", issuer => issuer.Sign(Rsa("zip", "DEF"), Issuer.Claims()));
        yield return ("enc", issuer => issuer.Sign(Rsa("enc", "A128GCM"), Issuer.Claims()));
        yield return ("nested (cty)", issuer => issuer.Sign(Rsa("cty", "JWT"), Issuer.Claims()));
        yield return ("something nobody has heard of", issuer => issuer.Sign(Rsa("admin", "true"), Issuer.Claims()));
        foreach (var type in new[] { "JWE", "id_token+jwt", "logout+jwt", "dpop+jwt", "" })
        {
            yield return ($"typ '{type}'", issuer => issuer.Sign(Rsa("typ", type), Issuer.Claims()));
        }

        yield return ("typ a number", issuer => issuer.Sign(Rsa("typ", 1), Issuer.Claims()));
        yield return ("alg twice", issuer => issuer.Sign("""{"alg":"none","alg":"RS256","kid":"rsa-1"}""", Issuer.Text(Issuer.Claims())));
        yield return ("kid twice", issuer => issuer.Sign("""{"alg":"RS256","kid":"another","kid":"rsa-1"}""", Issuer.Text(Issuer.Claims())));
        yield return ("a header that is a list", issuer => issuer.Sign("""["RS256"]""", Issuer.Text(Issuer.Claims())));
        yield return ("a header that is no JSON", issuer => issuer.Sign("alg=RS256", Issuer.Text(Issuer.Claims())));
        yield return ("a header with something behind it", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()) + "{}", Issuer.Text(Issuer.Claims())));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Times()
    {
        yield return ("expired", With("exp", -3600));
        yield return ("expired a little longer ago than clocks may differ", With("exp", -31));
        yield return ("no expiry", issuer => issuer.Sign(Issuer.RsaHeader(), Without(Issuer.Claims(), "exp")));
        yield return ("an expiry that is a text", Said("exp", "9999999999"));
        yield return ("an expiry that is null", Said("exp", null));
        yield return ("an expiry before time began", Said("exp", -1));
        yield return ("an expiry without end", issuer => issuer.Sign(
            Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Without(Issuer.Claims(), "exp"))[..^1] + ",\"exp\":1e400}"));
        yield return ("not yet valid", With("nbf", 3600));
        yield return ("nbf a text", Said("nbf", "0"));
        yield return ("issued tomorrow", With("iat", 86400));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Addressees()
    {
        foreach (var issuer in new JsonNode?[] { "https://evil.example", "https://id.example.org/", "https://ID.example.org", "", null, new JsonArray(Issuer.Name) })
        {
            yield return ($"issuer {issuer?.ToJsonString() ?? "null"}", Said("iss", issuer));
        }

        yield return ("no issuer", issuer => issuer.Sign(Issuer.RsaHeader(), Without(Issuer.Claims(), "iss")));
        foreach (var audience in new JsonNode?[] { "another", "meatlizard2", "MeatLizard", "meatlizard/", "", null, new JsonArray(), new JsonArray("a", "b"), new JsonObject() })
        {
            yield return ($"audience {audience?.ToJsonString() ?? "null"}", Said("aud", audience));
        }

        yield return ("no audience", issuer => issuer.Sign(Issuer.RsaHeader(), Without(Issuer.Claims(), "aud")));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Users()
    {
        yield return ("no user", issuer => issuer.Sign(Issuer.RsaHeader(), Without(Issuer.Claims(), "sub")));
        foreach (var user in new JsonNode?[] { "", null, 7, true, new JsonArray("anna"), new JsonObject(), new string('a', 201), "an\nna", "anna\0" })
        {
            yield return ($"user {user?.ToJsonString() ?? "null"}"[..Math.Min(40, $"user {user?.ToJsonString() ?? "null"}".Length)], Said("sub", user));
        }

        yield return ("a user twice", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Issuer.Claims())[..^1] + ",\"sub\":\"olga\"}"));
        yield return ("an expiry twice", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Issuer.Claims())[..^1] + ",\"exp\":9999999999}"));
        yield return ("claims that are a list", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()), "[]"));
        yield return ("claims that are no JSON", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()), "sub=anna"));
        yield return ("claims that are another token", issuer => issuer.Sign(Issuer.Text(Issuer.RsaHeader()), issuer.Good()));
        yield return ("claims a hundred deep", issuer => issuer.Sign(
            Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Issuer.Claims())[..^1] + ",\"x\":" + new string('[', 100) + new string(']', 100) + "}"));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Signatures()
    {
        yield return ("the signature taken off", issuer => Cut(issuer.Good()));
        yield return ("the signature taken off with its point", issuer => Cut(issuer.Good()).TrimEnd('.'));
        yield return ("half a signature", issuer => issuer.Good()[..^100]);
        yield return ("one letter less", issuer => issuer.Good()[..^1]);
        yield return ("a signature and a byte", issuer => issuer.Good() + "AAAA");
        yield return ("one bit turned", issuer => Turned(issuer.Good()));
        yield return ("other claims under a good signature", issuer => Swapped(issuer.Good(), issuer.Good("olga")));
        yield return ("all zeros, RSA", _ => Issuer.Sign(Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Issuer.Claims()), _ => new byte[256]));
        yield return ("all zeros, ES256", _ => Issuer.Sign(Issuer.Text(Issuer.EcHeader()), Issuer.Text(Issuer.Claims()), _ => new byte[64]));
        yield return ("all ones, ES256", _ => Issuer.Sign(Issuer.Text(Issuer.EcHeader()), Issuer.Text(Issuer.Claims()), _ => [.. Enumerable.Repeat((byte)255, 64)]));
        yield return ("zeros as DER, ES256", _ => Issuer.Sign(Issuer.Text(Issuer.EcHeader()), Issuer.Text(Issuer.Claims()), _ => [0x30, 6, 2, 1, 0, 2, 1, 0]));
        yield return ("a good one as DER, ES256", issuer => Issuer.Sign(
            Issuer.Text(Issuer.EcHeader()), Issuer.Text(Issuer.Claims()), input => issuer.Ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        yield return ("another curve, ES256", _ => Curve(ECCurve.NamedCurves.nistP384));
        yield return ("somebody else's curve, ES256", _ => Curve(ECCurve.NamedCurves.nistP256));
        yield return ("one byte of signature", _ => Issuer.Sign(Issuer.Text(Issuer.RsaHeader()), Issuer.Text(Issuer.Claims()), _ => [0]));
    }

    private static IEnumerable<(string, Func<Issuer, string>)> Shapes()
    {
        foreach (var text in new[] { "nonsense", "..", "...", "a.b.c", "e30.e30.e30", "null", "undefined", "{}" })
        {
            yield return ($"'{text}'", _ => text);
        }

        yield return ("four parts", issuer => issuer.Good() + ".e30");
        yield return ("five parts, as an encrypted one", issuer => issuer.Good() + ".e30.e30");
        yield return ("sixteen thousand letters", issuer => issuer.Sign(Issuer.RsaHeader(), Put(Issuer.Claims(), "x", new string('x', 12_000))));
        yield return ("padding", issuer => issuer.Good() + "==");
        yield return ("a space in it", issuer => issuer.Good().Insert(20, " "));
        yield return ("two tokens", issuer => $"{issuer.Good()} {issuer.Good()}");
        yield return ("a token and a comma", issuer => $"{issuer.Good()},{issuer.Good()}");
        yield return ("in quotes", issuer => $"\"{issuer.Good()}\"");
        yield return ("as a key", issuer => $"ml_{issuer.Good()}");
        yield return ("the other alphabet", issuer => $"+/{issuer.Good()}");
    }

    private static JsonObject Rsa(string member, JsonNode? value) => Put(Issuer.RsaHeader(), member, value);

    private static JsonObject Put(JsonObject on, string member, JsonNode? value)
    {
        on[member] = value;
        return on;
    }

    private static JsonObject Without(JsonObject from, string member)
    {
        from.Remove(member);
        return from;
    }

    private static Func<Issuer, string> Said(string claim, JsonNode? value) =>
        issuer => issuer.Sign(Issuer.RsaHeader(), Put(Issuer.Claims(), claim, value?.DeepClone()));

    private static Func<Issuer, string> With(string claim, int seconds) => issuer => issuer.Sign(
        Issuer.RsaHeader(), Put(Issuer.Claims(), claim, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds));

    private static string Hmac(Issuer issuer, string algorithm, byte[] key) => Issuer.Sign(
        Issuer.Text(Rsa("alg", algorithm)), Issuer.Text(Issuer.Claims()), input => HMACSHA256.HashData(key, input));

    private static string Stranger(JsonObject header)
    {
        using var rsa = RSA.Create(2048);
        return Issuer.Sign(Issuer.Text(header), Issuer.Text(Issuer.Claims()), input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>With a key that the token brings along, by which it is then well signed.</summary>
    private static string Stranger(Func<RSA, JsonObject> header, string? without = null)
    {
        using var rsa = RSA.Create(2048);
        var made = header(rsa);
        if (without is not null)
        {
            made.Remove(without);
        }

        return Issuer.Sign(Issuer.Text(made), Issuer.Text(Issuer.Claims()), input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static Func<RSA, JsonObject> Own(Func<RSA, (string Member, JsonNode Value)> brought) => rsa =>
    {
        var (member, value) = brought(rsa);
        return Rsa(member, value);
    };

    private static string Curve(ECCurve curve)
    {
        using var ec = ECDsa.Create(curve);
        return Issuer.Sign(Issuer.Text(Issuer.EcHeader()), Issuer.Text(Issuer.Claims()), input => ec.SignData(input, HashAlgorithmName.SHA256));
    }

    private static string Cut(string token) => token[..(token.LastIndexOf('.') + 1)];

    private static string Turned(string token)
    {
        var at = token.LastIndexOf('.') + 10;
        return string.Concat(token.AsSpan(0, at), token[at] == 'A' ? "B" : "A", token.AsSpan(at + 1));
    }

    private static string Swapped(string signed, string said)
    {
        var (one, other) = (signed.Split('.'), said.Split('.'));
        return $"{one[0]}.{other[1]}.{one[2]}";
    }
}
