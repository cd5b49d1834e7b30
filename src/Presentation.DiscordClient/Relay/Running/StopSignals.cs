using System.Runtime.InteropServices;
using MeatLizard.Infrastructure.Relay;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>The first SIGTERM or Ctrl-C is the host's own business, and the worker drains. Whoever sends a second one does not want to wait.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _heard;

    public StopSignals(DrainPatience patience)
    {
        void Hear(PosixSignalContext signal)
        {
            if (Interlocked.Increment(ref _heard) > 1)
            {
                patience.End();
            }
        }

        // A terminal that is closed may say so twice, and means it once.
        void HearHangUp(PosixSignalContext signal) => Interlocked.CompareExchange(ref _heard, 1, 0);

        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, HearHangUp),
        ];
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
}
