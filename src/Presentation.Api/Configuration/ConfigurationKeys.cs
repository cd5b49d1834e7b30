using System.Globalization;
using System.Net;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Providers;

namespace MeatLizard.Presentation.Api.Configuration;

/// <summary>Every key that the product knows. What is not here stops the start: a misspelt key must not go unnoticed.</summary>
internal static class ConfigurationKeys
{
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new("Urls", "http://127.0.0.1:8080", Addresses),
        new("AllowedHosts", "loopback names and the host of Urls", Anything),
        new("TrustedProxies", "", Proxies),
        new("DataFolder", "./data", NotEmpty),
        new("Storage:Provider", "Sqlite", OneOf("Sqlite", "Postgres")),
        new("Storage:ConnectionString", "", Anything, IsSecret: true),
        new("Storage:KeepResponses", "30.00:00:00", Days),
        new("Redis:ConnectionString", "none: limits and workers are this host's own", Anything, IsSecret: true),
        new("Redis:Timeout", "00:00:00.5", Duration),
        new("Redis:Prefix", "meatlizard", NotEmpty),
        new("Relay:Workers:*:Key", "made at first start, for local", Hex64, IsSecret: true),
        new("Relay:Workers:*:Carrier", "InProcess for local", OneOf("InProcess", "Link", "Discord")),
        new("Relay:Workers:*:BotId", "", Anything),
        new("Relay:LocalWorker", "true", Flag),
        new("Relay:QueueWithin", "00:10:00", Duration),
        new("Relay:AcknowledgeWithin", "00:00:05", Duration),
        new("Relay:FirstTokenWithin", "00:01:00", Duration),
        new("Relay:CompleteWithin", "00:10:00", Duration),
        new("Relay:WorkerGrace", "00:00:05", Duration),
        new("Relay:OutboxLease", "00:00:05", Duration),
        new("Relay:Attempts", "2", Number(1, 10)),
        new("Fallback:Ladder", "Worker, Provider, Notify", Ladder),
        new("Fallback:NeverLeaveHome", "false", Flag),
        new("Providers:*:Kind", "OpenAI", OneOf([.. ProviderKinds.Names])),
        new("Providers:*:BaseUrl", "the kind's own", Anything),
        new("Providers:*:Key", "", Anything, IsSecret: true),
        new("Providers:*:Models", "", NotEmpty),
        new("Providers:*:Patience", "00:00:50", Duration),
        new("Providers:*:Thinking", "as the model does by itself", Anything),
        new("Providers:*:Order", "0", Number(0, 1000)),
        new("Providers:*:InputPrice", "", Money),
        new("Providers:*:OutputPrice", "", Money),
        new("Providers:*:Currency", "USD", NotEmpty),
        new("Providers:*:MonthlyBudget", "none", Money),
        new("Cache:Answers:Enabled", "true", Flag),
        new("Cache:Answers:Entries", "4096", Number(1, 100_000)),
        new("Cache:Answers:Bytes", "33554432", Number(64 * 1024, int.MaxValue)),
        new("Cache:Answers:Ttl", "01:00:00", SomeKeeping),
        new("Cache:Answers:StaleTtl", "1.00:00:00", Keeping),
        new("Limits:PerMinute", "60", Number(1, 1_000_000)),
        new("Limits:PerHour", "1000", Number(1, 100_000_000)),
        new("Cors:Origins", "", Origins),
        new("Cors:Origins:*", "", Origins),
        new("Inference:LlamaServer", "llama-server on PATH, then under DataFolder", Anything),
        new("Inference:Models", "./models", NotEmpty),
        new("Inference:ContextSize", "8192", Number(0, 16 * 1024 * 1024)),
        new("Inference:Slots", "4", Number(1, 64)),
        new("Inference:GpuLayers", "llama-server decides", Optional(Number(0, 10_000))),
        new("Inference:Threads", "llama-server decides", Optional(Number(1, 1024))),
        new("Inference:IdleUnloadAfter", "00:15:00", Duration),
        new("Inference:TokenSilence", "00:01:00", Duration),
        new("Inference:StartWithin", "00:02:00", Duration),
        new("Security:MasterKey", "made at first start, in DataFolder", Optional(Hex64), IsSecret: true),
        new("Identity:SignUp", "Closed", OneOf(Enum.GetNames<SignUpPolicy>())),
        new("Identity:Jwt:Issuer", "none: no tokens are taken", Anything),
        new("Identity:Jwt:Audience", "", Anything),
        new("Identity:Jwt:Keys", "", Anything),
        new("Identity:Jwt:Algorithms", "RS256, ES256", NotEmpty),
        new("Identity:Jwt:ClockSkew", "00:00:30", Duration),
        new("Identity:Jwt:UserClaim", "sub", NotEmpty),
        new("Identity:Jwt:NameClaim", "name", NotEmpty),
        new("Identity:Jwt:NewUsers", "None", OneOf(Enum.GetNames<NewUsers>())),
        new("Identity:Jwt:Scopes", "chat", Anything),
        new("Identity:Oidc:Issuer", "none: nobody signs in elsewhere", Anything),
        new("Identity:Oidc:ClientId", "", Anything),
        new("Identity:Oidc:ClientSecret", "", Anything, IsSecret: true),
        new("Identity:Oidc:Name", "single sign-on", NotEmpty),
        new("Identity:Oidc:Scopes", "openid profile", NotEmpty),
        new("Identity:Oidc:NameClaim", "name", NotEmpty),
        new("Identity:Oidc:NewUsers", "None", OneOf(Enum.GetNames<NewUsers>())),
        new("Identity:Owner:Email", "", Anything),
        new("Identity:Owner:Password", "", Anything, IsSecret: true),
    ];

    /// <summary>Sections of the framework that may be set as well; it checks them itself.</summary>
    public static IReadOnlyList<string> FrameworkSections { get; } = ["Logging", "Kestrel"];

    public static ConfigurationKey? Find(string path) => All.FirstOrDefault(key => key.Matches(path));

    private static string? Anything(string value) => null;

    private static string? NotEmpty(string value) => string.IsNullOrWhiteSpace(value) ? "must not be empty" : null;

    private static string? Flag(string value) => bool.TryParse(value, out _) ? null : "must be true or false";

    private static string? Hex64(string value) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigit) ? null : "must be 64 hexadecimal digits";

    private static string? Duration(string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(1)
            ? null
            : "must be a time of at most a day, written hours:minutes:seconds";

    private static string? Days(string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(36_500)
            ? null
            : "must be a time written days.hours:minutes:seconds, e.g. 30.00:00:00";

    private static string? Keeping(string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero && span <= TimeSpan.FromDays(30)
            ? null
            : "must be a time of at most 30 days, written days.hours:minutes:seconds";

    private static string? SomeKeeping(string value) =>
        Keeping(value) ?? (TimeSpan.Parse(value, CultureInfo.InvariantCulture) > TimeSpan.Zero ? null : "must be longer than no time at all");

    private static Func<string, string?> Number(int from, int to) => value =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? null
            : $"must be a whole number from {from} to {to}";

    private static string? Money(string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? null : "must be an amount such as 2.50";

    private static Func<string, string?> Optional(Func<string, string?> rule) => value => value.Length == 0 ? null : rule(value);

    private static Func<string, string?> OneOf(params string[] choices) => value =>
        choices.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : $"must be {string.Join(" or ", choices)}";

    private static string? Ladder(string value)
    {
        var rungs = value.Split(',', StringSplitOptions.TrimEntries);
        var names = Enum.GetNames<FallbackRung>();
        if (!rungs.All(rung => names.Contains(rung, StringComparer.OrdinalIgnoreCase)))
        {
            return $"must list rungs from {string.Join(", ", names)}, separated by commas";
        }

        return rungs.Distinct(StringComparer.OrdinalIgnoreCase).Count() == rungs.Length
            && rungs[^1].Equals(nameof(FallbackRung.Notify), StringComparison.OrdinalIgnoreCase)
                ? null
                : "must name each rung once and end with Notify";
    }

    private static string? Origins(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(IsOrigin)
            ? null
            : "must list origins such as https://chat.example, separated by commas and without a path";

    private static bool IsOrigin(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.GetLeftPart(UriPartial.Authority).Equals(value, StringComparison.OrdinalIgnoreCase);

    private static string? Proxies(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(address => IPAddress.TryParse(address, out _))
            ? null
            : "must list IP addresses, separated by commas";

    private static string? Addresses(string value) =>
        value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } addresses
        && addresses.All(IsAddress)
            ? null
            : "must list addresses such as http://127.0.0.1:8080, separated by semicolons";

    // http://+:80 and http://*:80 are addresses to Kestrel, and no URI.
    private static bool IsAddress(string value) =>
        Uri.TryCreate(
            value.Replace("://+", "://any", StringComparison.Ordinal).Replace("://*", "://any", StringComparison.Ordinal),
            UriKind.Absolute,
            out var uri)
        && uri.Scheme is "http" or "https"
        && uri.AbsolutePath == "/";
}
