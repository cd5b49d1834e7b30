using System.Security.Cryptography;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>Both ends of a worker's relay, without anything between them.</summary>
internal sealed class FramePair : IDisposable
{
    public FramePair(FrameOpenerLimits? limits = null, CarrierTerms? terms = null)
    {
        Terms = terms ?? CarrierTerms.Local;
        Root = new RelayRoot(Secret);
        Server = FrameOpener.AtServer(new RelayKeys(Root), ServerCounters, limits);
        Worker = FrameOpener.AtWorker(new RelayKeys(Root), Epoch, WorkerCounters, limits);
    }

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(32);

    public RelayRoot Root { get; }

    public WorkerEpoch Epoch { get; } = WorkerEpoch.Draw();

    public CarrierTerms Terms { get; }

    public FrameCounters ServerCounters { get; } = new();

    public FrameCounters WorkerCounters { get; } = new();

    public FrameOpener Server { get; }

    public FrameOpener Worker { get; }

    public FrameSealer Upward(CarrierTerms? terms = null) => FrameSealer.ToServer(Root, terms ?? Terms);

    public FrameSealer Downward(CarrierTerms? terms = null) => FrameSealer.ToWorker(Root, Epoch, terms ?? Terms);

    public FrameSealer Pings() => FrameSealer.Pings(Root, Terms);

    public FrameForge UpwardForge() => new() { Root = Secret, ToWorker = false, Binding = Terms.Binding };

    public FrameForge DownwardForge() => new() { Root = Secret, ToWorker = true, Epoch = Epoch.ToArray(), Binding = Terms.Binding };

    public FrameOutcome AtServer(byte[] frame) => AtServer(frame, out _);

    public FrameOutcome AtWorker(byte[] frame) => AtWorker(frame, out _);

    public FrameOutcome AtServer(ReadOnlySpan<byte> frame, out RelayMessage? message) => Server.TryOpen(frame, Terms.Binding, out message);

    public FrameOutcome AtWorker(ReadOnlySpan<byte> frame, out RelayMessage? message) => Worker.TryOpen(frame, Terms.Binding, out message);

    public void Dispose()
    {
        Server.Dispose();
        Worker.Dispose();
        Root.Dispose();
    }
}
