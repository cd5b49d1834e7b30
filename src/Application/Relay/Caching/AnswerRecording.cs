using System.Text;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Caching;

/// <summary>An answer, written along while it goes by.</summary>
internal sealed class AnswerRecording
{
    private readonly SortedDictionary<int, (ChunkKind Kind, StringBuilder Text)> _parts = [];
    private readonly List<IReadOnlyList<float>> _vectors = [];

    public bool IsEmpty => _parts.Count == 0 && _vectors.Count == 0;

    public void Add(ReplyPiece piece)
    {
        if (!_parts.TryGetValue(piece.Part, out var part))
        {
            _parts[piece.Part] = part = (piece.Kind, new());
        }

        part.Text.Append(piece.Text);
    }

    public void Add(StatelessVector vector) => _vectors.Add(vector.Vector);

    public CachedAnswer End(StatelessCompleted end, DateTimeOffset now) => new(
        end.Origin,
        [.. _parts.Select(part => new CachedPart(part.Key, part.Value.Kind, part.Value.Text.ToString()))],
        [.. _vectors],
        end.Finish,
        end.Usage,
        now);
}
