using System.Text;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The pieces of an answer, put together by kind.</summary>
internal sealed class GatheredAnswer
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly CalledTools _calls = new();
    private readonly List<StatelessVector> _vectors = [];

    public string Text => _text.ToString();

    /// <summary>Null when there was none.</summary>
    public string? Reasoning => _reasoning.Length == 0 ? null : _reasoning.ToString();

    public IReadOnlyList<CalledTool> ToolCalls => _calls.All();

    /// <summary>In the order of the texts.</summary>
    public IReadOnlyList<StatelessVector> Vectors => _vectors;

    public void Add(ReplyPiece piece)
    {
        switch (piece.Kind)
        {
            case ChunkKind.Reasoning:
                _reasoning.Append(piece.Text);
                break;
            case ChunkKind.ToolCall:
                _calls.Add(piece);
                break;
            default:
                _text.Append(piece.Text);
                break;
        }
    }

    public void Add(StatelessVector vector) => _vectors.Add(vector);
}
