using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MeatLizard.Infrastructure.Security;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>
/// Keeps on the disk what the next process needs: the session to resume, and when new ones were begun. The sequence on the disk is that
/// of the last event that the reader is done with, so what was under way when the process ended is told again.
/// </summary>
internal sealed partial class GatewayJournal : IDisposable
{
    // The sequence of a session of whose beginning the reader does not know yet: a reader to come would not learn that events are missing.
    private const long Untold = 0;

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private GatewayMemory _memory;
    private long _received;
    private long? _missed;
    private long? _unreachable;
    private bool _isDirty;
    private bool _isTimed;

    public GatewayJournal(string path, string token, TimeProvider time, ILogger logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, 16));
        var read = Read();
        var keeps = read?.Token == mark && read.Session is { Sequence: > Untold };
        _memory = new(mark, keeps ? read!.Session : null, read?.LastHeard, read?.Identified ?? []);
        _received = _memory.Session?.Sequence ?? 0;
    }

    /// <summary>With the sequence of the last event received.</summary>
    public GatewaySession? Session
    {
        get
        {
            lock (_gate)
            {
                return _memory.Session is { } session ? session with { Sequence = _received } : null;
            }
        }
    }

    public DateTimeOffset? LastHeard
    {
        get
        {
            lock (_gate)
            {
                return _memory.LastHeard;
            }
        }
    }

    public IReadOnlyList<DateTimeOffset> Identified
    {
        get
        {
            lock (_gate)
            {
                return _memory.Identified;
            }
        }
    }

    /// <summary>The number of an event that did not come although the session was resumed for it; null: there is none.</summary>
    public long? Unreachable
    {
        get
        {
            lock (_gate)
            {
                return _unreachable;
            }
        }
    }

    /// <summary>An event did not come. When it is missed a second time it is given up.</summary>
    public void Missed(long sequence)
    {
        lock (_gate)
        {
            _unreachable = _missed == sequence ? sequence : null;
            _missed = sequence;
        }
    }

    /// <summary>Before IDENTIFY is sent. When this can't be written nothing may be sent, or restarts would not know of it.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Identifying()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _memory = _memory with { Session = null, Identified = [.. IdentifyBudget.Recent(_memory.Identified, now), now] };
            Write();
        }
    }

    /// <summary>A new session. It can be resumed after the process only once the reader is done with its first events.</summary>
    public void Begin(GatewaySession session)
    {
        lock (_gate)
        {
            _memory = _memory with { Session = session with { Sequence = Untold } };
            _received = session.Sequence;
            _missed = _unreachable = null;
            TryWrite();
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _memory = _memory with { Session = null };
            _received = 0;
            TryWrite();
        }
    }

    /// <summary>An event has been handed over.</summary>
    public void Receive(long sequence)
    {
        lock (_gate)
        {
            _received = Math.Max(_received, sequence);
        }
    }

    /// <summary>The reader is done with an event of that session. Goes to the disk once a second at most.</summary>
    public void Confirm(string session, long sequence)
    {
        lock (_gate)
        {
            if (_memory.Session is not { } own || own.Id != session || sequence <= own.Sequence)
            {
                return;
            }

            _memory = _memory with { Session = own with { Sequence = sequence }, LastHeard = _time.GetUtcNow() };
            _isDirty = true;
            if (!_isTimed)
            {
                _isTimed = true;
                _timer.Change(Apart, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The reader is gone: what it was not given, or was not done with, is to be told again to the next one.</summary>
    public void Rewind()
    {
        lock (_gate)
        {
            if (_memory.Session is { Sequence: Untold })
            {
                _memory = _memory with { Session = null };
            }

            _received = _memory.Session?.Sequence ?? 0;
            if (_isDirty)
            {
                TryWrite();
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Rewind();
    }

    private void OnTime()
    {
        lock (_gate)
        {
            _isTimed = false;
            if (_isDirty)
            {
                TryWrite();
            }
        }
    }

    private void TryWrite()
    {
        try
        {
            Write();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(_path, failed.Message);
        }
    }

    private void Write()
    {
        _isDirty = false;
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder)
        {
            PrivateFolder.Create(folder);
        }

        SecretFile.Write(_path, JsonSerializer.Serialize(_memory, GatewayJson.Default.GatewayMemory), overwrite: true);
    }

    private GatewayMemory? Read()
    {
        try
        {
            return File.Exists(_path) ? JsonSerializer.Deserialize(File.ReadAllText(_path), GatewayJson.Default.GatewayMemory) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            LogUnread(_path, unreadable.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written, so a restart would not resume: {Reason}")]
    private partial void LogUnwritten(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be read; a new session is begun: {Reason}")]
    private partial void LogUnread(string path, string reason);
}
