using MeatLizard.Application.Identity;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>
/// Looks now and then whether a caller would still be let in: what stays open for longer than a call must not go on telling things to
/// somebody whose key was revoked or has expired.
/// </summary>
internal sealed class CallerWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // Not disposed: the look that is under way when the stream ends may still want to fire it.
    private readonly CancellationTokenSource _fallen = new();
    private readonly PeriodicTimer _timer;

    public CallerWatch(Credentials credentials, Caller caller, TimeProvider time)
    {
        _timer = new(Every, time);
        _ = Look(credentials, caller);
    }

    /// <summary>Fires when the caller would not be let in any more.</summary>
    public CancellationToken Fallen => _fallen.Token;

    public void Dispose() => _timer.Dispose();

    private async Task Look(Credentials credentials, Caller caller)
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                if (!await credentials.StillStands(caller, CancellationToken.None))
                {
                    await _fallen.CancelAsync();
                    return;
                }
            }
#pragma warning disable CA1031 // A database that is away for a moment revokes nobody; the next look tells.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
