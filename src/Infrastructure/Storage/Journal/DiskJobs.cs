using System.Buffers;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Storage.Journal;

/// <summary>
/// A worker's journal on its own disk: attempts are written before they are accepted, chunks every so often, ends before they are sent. What
/// a killed process was at fails at the next start; what it had ended is said again. No prompt is ever written.
/// </summary>
internal sealed partial class DiskJobs : IInferenceJobs, IDisposable
{
    private const string Restarted = "worker_restarted";

    /// <summary>Where an end stands: behind all chunks.</summary>
    private const int EndPlace = int.MaxValue;

    /// <summary>The longest that a chunk waits to be written.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly MemoryJobs _memory = new();
    private readonly Lock _gate = new();
    private readonly List<IAttemptMessage> _unwritten = [];
    private readonly JournalFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger<DiskJobs> _logger;
    private readonly ITimer _alarm;
    private bool _isSet;
    private bool _isSwept = true;
    private bool _isBroken;
    private bool _isDisposed;

    public DiskJobs(JournalFile file, TimeProvider time, ILogger<DiskJobs> logger)
    {
        _file = file;
        _time = time;
        _logger = logger;
        foreach (var (request, attempt, model) in file.Attempts())
        {
            Restore(request, attempt, model);
        }

        _alarm = time.CreateTimer(_ => Round(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool TryAdd(InferenceJob job)
    {
        lock (_gate)
        {
            if (!_memory.TryAdd(job))
            {
                return false;
            }

            var state = job.State;
            Try(
            [
                new(
                    "attempt",
                    "INSERT INTO attempt (request_id, attempt, model, taken) VALUES (@request, @attempt, @model, @taken)",
                    ("@request", state.RequestId.Value),
                    ("@attempt", state.Attempt),
                    ("@model", state.Model),
                    ("@taken", _time.GetUtcNow())),
            ]);
            return true;
        }
    }

    public InferenceJob? Find(RequestId request, int attempt) => _memory.Find(request, attempt);

    public int CountOpen() => _memory.CountOpen();

    public void Keep(IAttemptMessage said)
    {
        lock (_gate)
        {
            _memory.Keep(said);
            _unwritten.Add(said);
            if (said is Chunk or Embedding)
            {
                WakeLater();
            }
            else
            {
                Flush();
            }
        }
    }

    public IReadOnlyList<ToServer> Said(RequestId request, int attempt, int from) => _memory.Said(request, attempt, from);

    public IReadOnlyList<(RequestId Request, int Attempt)> Kept() => _memory.Kept();

    public void Forget(RequestId request, int attempt)
    {
        lock (_gate)
        {
            _memory.Forget(request, attempt);
            if (_memory.Find(request, attempt) is not null)
            {
                return;
            }

            _unwritten.RemoveAll(said => said.RequestId == request && said.Attempt == attempt);
            Try([Deletion("said", request, attempt), Deletion("attempt", request, attempt)]);
            _isSwept = false;
            WakeLater();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _alarm.Dispose();
                Flush();
            }
        }
    }

    private static Statement Deletion(string table, RequestId request, int attempt) => new(
        table,
        $"DELETE FROM {table} WHERE request_id = @request AND attempt = @attempt",
        ("@request", request.Value),
        ("@attempt", attempt));

    private static Statement Insertion(IAttemptMessage said)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = RelayJson.Encoder, MaxDepth = RelayJson.MaxDepth }))
        {
            RelayJson.Write(writer, (ToServer)said);
        }

        return new(
            "said",
            "INSERT INTO said (request_id, attempt, place, message) VALUES (@request, @attempt, @place, @message) ON CONFLICT DO NOTHING",
            ("@request", said.RequestId.Value),
            ("@attempt", said.Attempt),
            ("@place", said switch { Chunk chunk => chunk.Sequence, Embedding vector => vector.Index, _ => EndPlace }),
            ("@message", json.WrittenSpan.ToArray()));
    }

    private void Restore(RequestId request, int attempt, string model)
    {
        var said = _file.Said(request, attempt);
        var hasEnded = said is [.., Done or Failed];
        _memory.TryAdd(new InferenceJob(
            new InferenceJobState
            {
                RequestId = request,
                Attempt = attempt,
                Model = model,
                Status = said is [.., Done] ? JobStatus.Succeeded : JobStatus.Failed,
                NextChunk = said.OfType<Chunk>().Count(),
                FailureCode = hasEnded ? (said[^1] as Failed)?.Code : Restarted,
            },
            storedVersion: 1));
        foreach (var message in said)
        {
            _memory.Keep((IAttemptMessage)message);
        }

        if (!hasEnded)
        {
            // Not written: killed before it is heard, the next process comes to the same end.
            _memory.Keep(new Failed(
                request, attempt, Restarted, "The worker was restarted while it was answering. Try again.", Retryable: true, said.Count));
        }
    }

    private void WakeLater()
    {
        if (!_isSet && !_isDisposed)
        {
            _isSet = true;
            _alarm.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void Round()
    {
        lock (_gate)
        {
            _isSet = false;
            if (_isDisposed)
            {
                return;
            }

            Flush();
            if (!_isSwept && _memory.Kept().Count == 0)
            {
                _isSwept = true;
                Try(_file.Sweep);
            }
        }
    }

    private void Flush()
    {
        if (_unwritten.Count == 0)
        {
            return;
        }

        if (Try([.. _unwritten.Select(Insertion)]))
        {
            _unwritten.Clear();
        }
        else
        {
            // Tried again as it is: what is written must have no gap.
            WakeLater();
        }
    }

    private bool Try(IReadOnlyList<Statement> statements) => Try(() => _file.Write(statements));

    /// <summary>A disk that is full is no reason to answer nobody: without the journal a restart costs an answer, and nothing else.</summary>
    private bool Try(Action write)
    {
        try
        {
            write();
            _isBroken = false;
            return true;
        }
        catch (SqliteException broken)
        {
            if (!_isBroken)
            {
                LogBroken(broken.SqliteErrorCode);
            }

            _isBroken = true;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The worker's journal could not be written (SQLite {Code}). Answers go on; a restart would cost those under way.")]
    private partial void LogBroken(int code);
}
