using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>
/// Sends requests within Discord's limits: in order within a lane, never when the headers known say that it would be refused, and again
/// when Discord stumbles and asking again does no harm.
/// </summary>
internal sealed partial class RestClient : IDisposable
{
    // A nonce is remembered for a few minutes; a post that may have arrived is not repeated after that.
    /// <summary>After the token was refused: often enough to come back by itself, seldom enough for Discord's own count of refusals.</summary>
    private static readonly TimeSpan TriesTokenAgain = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan NonceLives = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UnnamedPause = TimeSpan.FromSeconds(60);
    private const int ImpatientTries = 2;
    private const int SurprisesBorne = 10;

    private readonly DiscordOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly DiscordClock _clock;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly string _api;
    private readonly BucketTable _table;
    private readonly GlobalLimit _global;
    private readonly RefusalBudget _refusals;
    private readonly Lock _gate = new();
    private long? _shutOutSince;

    public RestClient(
        DiscordOptions options, HttpClient http, TimeProvider time, DiscordClock clock, Random random, ILogger logger, int refusals = RefusalBudget.Most)
    {
        _options = options;
        _http = http;
        _time = time;
        _clock = clock;
        _random = random;
        _logger = logger;
        _api = options.Api.AbsoluteUri.TrimEnd('/') + "/";
        _table = new(time);
        _global = new(options.RequestsPerSecond, time);
        _refusals = new(refusals, time);
    }

    /// <summary>The place in the lane is taken before this returns.</summary>
    public async Task<RestAnswer> Send(RestCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lane = _table.LaneOf(call);
        try
        {
            await lane.Enter(cancellationToken);
            try
            {
                return await SendInTurn(call, cancellationToken);
            }
            finally
            {
                lane.Leave();
            }
        }
        finally
        {
            _table.Leave(call);
        }
    }

    public DiscordBudget Look(RestCall call)
    {
        var bucket = _table.BucketOf(call);
        var (seen, waiting, global) = (bucket.Look(), _table.Waiting(call), _global.BlockedFor());
        var inLine = Math.Max(0, waiting - bucket.UnderWay);
        return seen with
        {
            Remaining = Math.Max(0, seen.Remaining - inLine),
            BlockedFor = seen.BlockedFor > global ? seen.BlockedFor : global,
            Waiting = waiting,
        };
    }

    public void Dispose() => _global.Dispose();

    private async Task<RestAnswer> SendInTurn(RestCall call, CancellationToken cancellationToken)
    {
        long? uncertainSince = null;
        var unanswered = 0;
        for (int failures = 0, surprises = 0; ;)
        {
            if (!call.IsByInteraction && IsShutOut())
            {
                throw RestProblems.Unauthorized();
            }

            if (_refusals.IsSpent(out var pardon))
            {
                throw RestProblems.TooManyRefusals(pardon);
            }

            var bucket = await Admit(call, cancellationToken);
            if (uncertainSince is { } since && call.IsNonced && _time.GetElapsedTime(since) > NonceLives)
            {
                bucket.Release();
                Leave(call, wasSent: false);
                throw RestProblems.Unreachable(call, failures, null);
            }

            var patience = call.IsRepeatable && unanswered < ImpatientTries ? _options.RepeatAfter : _options.AnswerWithin;
            var attempt = await Try(call, bucket, patience, cancellationToken);
            unanswered += attempt.Outcome == RestOutcome.Unanswered ? 1 : 0;
            switch (attempt.Outcome)
            {
                case RestOutcome.Done:
                    return new(attempt.Body);
                case RestOutcome.Limited when ++surprises < SurprisesBorne:
                    break;
                case RestOutcome.Limited:
                    throw RestProblems.Overloaded(call, HttpStatusCode.TooManyRequests, surprises);
                case RestOutcome.Refused:
                    throw RestProblems.Of(call, attempt.Status, RestProblems.Read(attempt.Body));
                case RestOutcome.Stumbled or RestOutcome.Unanswered when !call.IsRepeatable || ++failures >= _options.Attempts:
                    throw attempt.Outcome == RestOutcome.Stumbled
                        ? RestProblems.Overloaded(call, attempt.Status, Math.Max(1, failures))
                        : RestProblems.Unreachable(call, Math.Max(1, failures), attempt.Failed);
                case RestOutcome.Unsent when ++failures >= _options.Attempts:
                    throw RestProblems.Unreachable(call, failures, attempt.Failed);
                default:
                    uncertainSince ??= attempt.Outcome == RestOutcome.Unsent ? null : _time.GetTimestamp();
                    LogAgain(call.Name, attempt.Outcome, failures);
                    var pause = Pauses.After(failures, FirstPause, LongestPause, _random);
                    await Task.Delay(pause > attempt.Wait ? pause : attempt.Wait, _time, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>Waits for its turn.</summary>
    /// <returns>The bucket of which one was taken.</returns>
    private async Task<RateBucket> Admit(RestCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before a place in the common limit is held: others can use it meanwhile.
            var wait = _table.BucketOf(call).Look().BlockedFor;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _time, cancellationToken);
                continue;
            }

            if (!call.IsByInteraction)
            {
                await _global.Enter(call.Turn, cancellationToken);
            }

            var bucket = _table.BucketOf(call);
            if (bucket.TryTake(out _))
            {
                return bucket;
            }

            Leave(call, wasSent: false);
        }
    }

    private async Task<RestAttempt> Try(RestCall call, RateBucket bucket, TimeSpan patience, CancellationToken cancellationToken)
    {
        HttpContent? content;
        try
        {
            content = call.Body?.Invoke();
        }
        catch
        {
            bucket.Release();
            Leave(call, wasSent: false);
            throw;
        }

        var upload = TimeSpan.FromSeconds((content?.Headers.ContentLength ?? 0) / (double)_options.SlowestUpload);
        using var late = new CancellationTokenSource(patience + upload, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        HttpResponseMessage response;
        byte[] body;
        try
        {
            using var request = new HttpRequestMessage(call.Method, _api + call.Path) { Content = content };
            if (!call.IsByInteraction)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bot", _options.Token);
            }

            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            body = await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            bucket.Release();
            Leave(call, wasSent: true);
            return new(WasNotSent(failed) ? RestOutcome.Unsent : RestOutcome.Unanswered, default, [], TimeSpan.Zero, failed);
        }
        catch
        {
            bucket.Release();
            Leave(call, wasSent: true);
            throw;
        }

        using (response)
        {
            if (response.Headers.Date is { } date)
            {
                _clock.Learn(date);
            }

            var headers = RateHeaders.Of(response.Headers);
            bucket.Release();
            _table.Learn(call, bucket, headers);
            var judged = Judge(call, response.StatusCode, headers, body);

            // Only now: whoever is let in next has to know what this answer said.
            Leave(call, wasSent: true);
            return judged;
        }
    }

    private RestAttempt Judge(RestCall call, HttpStatusCode status, RateHeaders headers, byte[] body)
    {
        switch (status)
        {
            case HttpStatusCode.TooManyRequests:
                return new(RestOutcome.Limited, status, body, Limited(call, headers, RestProblems.Read(body)), null);
            case >= HttpStatusCode.InternalServerError:
                return new(RestOutcome.Stumbled, status, body, headers.RetryAfter ?? TimeSpan.Zero, null);
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                if (!call.IsByInteraction)
                {
                    LetIn();
                }

                return new(RestOutcome.Done, status, body, TimeSpan.Zero, null);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                _refusals.Count();
                if (status == HttpStatusCode.Unauthorized && !call.IsByInteraction)
                {
                    lock (_gate)
                    {
                        _shutOutSince = _time.GetTimestamp();
                    }

                    LogUnauthorized();
                }

                break;
        }

        return new(RestOutcome.Refused, status, body, TimeSpan.Zero, null);
    }

    /// <summary>The token was refused. Now and then one call tries all the same: it may have been Discord's mistake, or a proxy's.</summary>
    private bool IsShutOut()
    {
        lock (_gate)
        {
            if (_shutOutSince is not { } since)
            {
                return false;
            }

            if (_time.GetElapsedTime(since) < TriesTokenAgain)
            {
                return true;
            }

            _shutOutSince = _time.GetTimestamp();
            return false;
        }
    }

    private void LetIn()
    {
        lock (_gate)
        {
            _shutOutSince = null;
        }
    }

    /// <summary>Nobody sends there again before the time that Discord named.</summary>
    private TimeSpan Limited(RestCall call, RateHeaders headers, Wire.WireError? error)
    {
        var wait = error?.RetryAfter is { } seconds and >= 0 and < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : headers.RetryAfter ?? UnnamedPause;
        if (headers.Scope != "shared")
        {
            _refusals.Count();
        }

        // An answer that is not Discord's own comes from what stands before it, and concerns the address.
        var isGlobal = error is null || error.Global == true || headers.IsGlobal || headers.Scope == "global";
        if (isGlobal)
        {
            _global.Block(wait);
        }
        else
        {
            _table.BucketOf(call).Block(wait);
        }

        LogLimited(call.Name, isGlobal ? "global" : headers.Scope ?? "user", wait);
        return wait;
    }

    private void Leave(RestCall call, bool wasSent)
    {
        if (!call.IsByInteraction)
        {
            _global.Leave(wasSent);
        }
    }

    private static bool WasNotSent(Exception failed) => failed is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

    [LoggerMessage(LogLevel.Warning, "Discord answered 429 to {Call} ({Scope}); nothing is sent there for {Wait}.")]
    private partial void LogLimited(string call, string scope, TimeSpan wait);

    [LoggerMessage(LogLevel.Information, "{Call} is tried again: {Outcome}, {Failures} so far.")]
    private partial void LogAgain(string call, RestOutcome outcome, int failures);

    [LoggerMessage(LogLevel.Critical, RestProblems.BadToken)]
    private partial void LogUnauthorized();
}
