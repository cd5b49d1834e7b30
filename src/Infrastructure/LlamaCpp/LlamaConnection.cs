using System.Net.Sockets;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>One connection to a llama-server, for one question and its answer. Disposing of it closes it, and whoever waits for it hears of that.</summary>
internal sealed class LlamaConnection(Socket socket) : IDisposable
{
    /// <summary>Bytes; more than the head of any answer has.</summary>
    private const int Room = 16 * 1024;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private Task<int>? _hears;

    /// <summary>
    /// Linux alone keeps the promise of <see cref="WakeAt"/>; where a graphics processor generates, as on a Mac, nobody is disturbed by those who are woken for every word.
    /// </summary>
    public static bool MayWait { get; } = OperatingSystem.IsLinux();

    /// <summary>How the answer begins, as far as <see cref="HearAsync"/> has said that it is there.</summary>
    public byte[] Begun { get; } = new byte[Room];

    /// <summary>What follows on that.</summary>
    public Stream Rest => _stream;

    /// <summary>It is listened to, nothing was said, and llama-server has not closed it.</summary>
    public bool IsQuiet => _hears is { IsCompleted: false };

    /// <summary>An answer has begun.</summary>
    public bool Answers => _hears is { IsCompletedSuccessfully: true, Result: > 0 };

    public ValueTask SayAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken) => _stream.WriteAsync(question, cancellationToken);

    /// <summary>Begins to listen, if nobody has. That wakes a thread, for nothing: best while nobody waits for an answer.</summary>
    public void Listen() => _hears ??= _stream.ReadAsync(Begun).AsTask();

    /// <summary>How many bytes the answer begins with; none when the connection was closed instead.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<int> HearAsync(CancellationToken cancellationToken)
    {
        Listen();
        return _hears!.WaitAsync(cancellationToken);
    }

    /// <summary>From now on a reader is woken when so many bytes are there, or the answer has ended; at once when they are there already.</summary>
    public void WakeAt(int bytes)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // The answer has ended meanwhile: whoever reads finds out.
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        // Nobody may be waiting for what it was about to hear.
        _ = _hears?.ContinueWith(static x => x.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
