using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>
/// The tools that a model asks for. Each call is a part of its own, a JSON object that may come in several pieces; it can be told only when
/// the next part begins or the answer ends.
/// </summary>
internal sealed class CalledTools
{
    private readonly StringBuilder _text = new();
    private readonly List<CalledTool> _whole = [];
    private int _part = -1;

    /// <summary>How many are whole.</summary>
    public int Count => _whole.Count;

    /// <returns>The call before this piece's, if that is whole now.</returns>
    public CalledTool? Add(ReplyPiece piece)
    {
        var before = piece.Part == _part ? null : Finish();
        _part = piece.Part;
        _text.Append(piece.Text);
        return before;
    }

    /// <returns>The last call, if there is one that was not told.</returns>
    public CalledTool? Finish()
    {
        if (_text.Length == 0)
        {
            return null;
        }

        var call = Read(_text.ToString());
        _text.Clear();
        _whole.Add(call);
        return call;
    }

    public IReadOnlyList<CalledTool> All()
    {
        _ = Finish();
        return _whole;
    }

    private static CalledTool Read(string text)
    {
        var call = ReplyParts.ToolCall(text);
        return new(call.CallId, call.Name, call.Arguments);
    }
}
