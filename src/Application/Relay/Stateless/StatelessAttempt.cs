using System.Security.Cryptography;
using System.Text;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>One attempt at a call: what has come of it so far. The reader's alone, but for the worker and the number.</summary>
internal sealed class StatelessAttempt(WorkerPresence worker, int number)
{
    private readonly ReplyAssembler _assembler = new(0);
    private readonly List<IncrementalHash> _parts = [];
    private readonly SortedDictionary<int, IReadOnlyList<float>> _vectors = [];
    private int? _askedFrom;
    private long _written;
    private DateTimeOffset _askedAt;

    public WorkerPresence Worker { get; } = worker;

    public int Number { get; } = number;

    /// <summary>The worker has said that it is done, and its slot was passed on.</summary>
    public bool HasPassedOn { get; set; }

    /// <summary>What it ended with; taken in when all before it has come.</summary>
    public Done? End { get; set; }

    public int Next => _assembler.Next;

    /// <summary>Whether something is missing that the worker must have sent.</summary>
    public bool Lacks => _assembler.HasGap || End is not null;

    /// <summary>Whether the answer, which has been growing by what was asked about before, may grow by these as well.</summary>
    public bool HasRoomFor(IEnumerable<ReplyChunk> chunks) => (_written += chunks.Sum(chunk => (long)chunk.Text.Length)) <= AnswerLimit.Characters;

    /// <returns>The chunks that are now in order, perhaps none.</returns>
    public IReadOnlyList<ReplyChunk> Assemble(Chunk chunk) => _assembler.Add(new(chunk.Sequence, chunk.Part, chunk.Kind, chunk.Text));

    /// <summary>In the order of the texts. None is told before all are there: an attempt that breaks leaves none behind.</summary>
    public IEnumerable<StatelessVector> Vectors => _vectors.Select(vector => new StatelessVector(vector.Key, vector.Value));

    public void Take(Embedding embedding, StatelessOrder order)
    {
        if (embedding.Index < order.Messages.Count)
        {
            _vectors[embedding.Index] = embedding.Vector;
        }
    }

    public void Hash(ReplyPiece piece)
    {
        while (_parts.Count <= piece.Part)
        {
            _parts.Add(IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        }

        _parts[piece.Part].AppendData(Encoding.UTF8.GetBytes(piece.Text));
    }

    public bool IsWhole(Done done, int chunks, StatelessOrder order) =>
        chunks >= done.Chunks && (order.Kind != InferKind.Embed || _vectors.Count >= order.Messages.Count);

    /// <param name="hashes">By part, lower-case hex; empty where they are not known.</param>
    public bool Matches(IReadOnlyList<string> hashes) => hashes.Count == 0
        || _parts.Select(part => Convert.ToHexStringLower(part.GetCurrentHash())).SequenceEqual(hashes);

    /// <summary>Once for each gap, or a disordered stream would be sent over and over; and again when nothing has come of it.</summary>
    public bool MayAsk(DateTimeOffset now, TimeSpan again)
    {
        if (_askedFrom == Next && now - _askedAt < again)
        {
            return false;
        }

        (_askedFrom, _askedAt) = (Next, now);
        return true;
    }
}
