using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace MeatLizard.Infrastructure.Identity.Tokens;

/// <summary>
/// The issuer's public keys, kept for an hour. A key that nobody knows has them read again, once a minute at most, whatever callers send;
/// while they cannot be read those of before are good for a day.
/// </summary>
/// <param name="place">Their address, or their file.</param>
internal sealed partial class SigningKeys(Func<CancellationToken, ValueTask<string>> place, TimeProvider time, ILogger<SigningKeys> log) : IDisposable
{
    private const int LargestSet = 256 * 1024;
    private const int MostKeys = 64;
    private const int SmallestRsa = 2048;

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Stale = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = LargestSet,
    };

    private readonly SemaphoreSlim _gate = new(1);
    private volatile KeySet? _set;
    private DateTimeOffset? _triedAt;

    /// <param name="id">Null: the issuer says none, and has one such key alone.</param>
    /// <returns>Null without a fault: there is no such key.</returns>
    public async ValueTask<(SecurityKey? Key, bool AreThere)> Find(string? id, string algorithm, CancellationToken cancellationToken)
    {
        if (_set is { } known && time.GetUtcNow() < known.ReadAt + Fresh && known.Find(id, algorithm) is { } key)
        {
            return (key, true);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_triedAt is not { } tried || now >= tried + Pause)
            {
                _triedAt = now;

                // Whoever hangs up must not end it: it is everybody's, and not tried again for a while.
                await Read(now, CancellationToken.None);
            }

            return _set is { } set && now < set.ReadAt + Stale ? (set.Find(id, algorithm), true) : (null, false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task Read(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var at = await place(cancellationToken);
            var json = at.Contains("://", StringComparison.Ordinal)
                ? await _http.GetStringAsync(new Uri(at), cancellationToken)
                : await File.ReadAllTextAsync(at, cancellationToken);
            _set = new([.. new JsonWebKeySet(json).Keys.Where(IsForUs).Take(MostKeys)], now);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or UnauthorizedAccessException or ArgumentException
            or System.Text.Json.JsonException
            || (broken is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            CannotRead(broken.GetType().Name);
        }
    }

    /// <summary>A key for signatures of the kinds that are taken, and not too small.</summary>
    private static bool IsForUs(JsonWebKey key) => key.Use is null or "" or "sig"
        && !key.HasPrivateKey
        && (key is { Kty: JsonWebAlgorithmsKeyTypes.RSA, KeySize: >= SmallestRsa }
            || key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256 });

    [LoggerMessage(LogLevel.Warning, "The issuer's keys could not be read: {Reason}.")]
    private partial void CannotRead(string reason);

    private sealed record KeySet(IReadOnlyList<JsonWebKey> Keys, DateTimeOffset ReadAt)
    {
        public JsonWebKey? Find(string? id, string algorithm)
        {
            var kind = algorithm == SecurityAlgorithms.RsaSha256 ? JsonWebAlgorithmsKeyTypes.RSA : JsonWebAlgorithmsKeyTypes.EllipticCurve;
            var fitting = Keys.Where(key => key.Kty == kind && (key.Alg is null or "" || key.Alg == algorithm) && (id is null || key.Kid == id)).ToArray();
            return fitting is [var one] ? one : null;
        }
    }
}
