using System.Security.Cryptography;
using System.Text;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>An answer, put together from what readers were sent: so both can never differ.</summary>
internal sealed class AnswerText
{
    /// <summary>What a worker has counted of its answer is not what came of it.</summary>
    public static MessageError Damaged { get; } =
        new("text_damaged", "The answer that arrived is not the one that the worker wrote. Try again.", Retryable: true);

    private const int MostEvents = 1_000_000;

    private readonly List<Part> _parts = [];

    private AnswerText(IEnumerable<ReplyDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            if (delta.Part == _parts.Count)
            {
                _parts.Add(new(delta.Kind));
            }

            _parts[delta.Part].Append(delta);
        }
    }

    public static async Task<AnswerText> Load(IReplyLog log, RequestId request, CancellationToken cancellationToken) =>
        new((await log.Read(request, 0, MostEvents, cancellationToken)).OfType<ReplyDelta>());

    /// <summary>UTF-16 units of all parts.</summary>
    public int Length => _parts.Sum(part => part.Whole.Length);

    public IReadOnlyList<MessagePart> ToParts() => [.. _parts.Select(part => ReplyParts.From(part.Kind, part.Whole))];

    /// <summary>Whether the worker's own text is what the worker hashed; what was carried over from an earlier answer is not its.</summary>
    /// <param name="hashes">SHA-256 of each part that the worker wrote to, lower-case hex.</param>
    public bool Matches(IReadOnlyList<string> hashes) => _parts
        .Where(part => part.IsWorkers)
        .Select(part => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part.Workers))))
        .SequenceEqual(hashes);

    private sealed class Part(ChunkKind kind)
    {
        private readonly StringBuilder _text = new();
        private int? _workersFrom;

        public ChunkKind Kind { get; } = kind;

        public string Whole => _text.ToString();

        public bool IsWorkers => _workersFrom is not null;

        public string Workers => _text.ToString(_workersFrom!.Value, _text.Length - _workersFrom.Value);

        public void Append(ReplyDelta delta)
        {
            // Attempt 0 is what was carried over; it comes first.
            _workersFrom ??= delta.Attempt > 0 ? _text.Length : null;
            _text.Append(delta.Text);
        }
    }
}
