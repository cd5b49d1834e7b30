using System.Text;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Wire;

/// <summary>
/// The tool calls of one answer, gathered from the pieces in which a model writes them. Numbers may begin anywhere, be missing, or be the same for
/// all; then it is the ids that tell calls apart. For one caller.
/// </summary>
internal sealed class StreamedCalls
{
    /// <summary>More of them make no sense in one answer.</summary>
    private const int Most = 128;

    /// <summary>Characters of all arguments together.</summary>
    private const int Longest = 4 * 1024 * 1024;

    private readonly List<Call> _calls = [];
    private int _length;

    /// <returns>False when it is more than an answer may have.</returns>
    public bool TryAdd(CallPiece piece)
    {
        if (Find(piece) is not { } call)
        {
            if (_calls.Count == Most)
            {
                return false;
            }

            _calls.Add(call = new(piece.Index));
        }

        call.Id = string.IsNullOrEmpty(call.Id) ? piece.Id : call.Id;
        call.Name ??= piece.Function?.Name;
        call.Arguments.Append(piece.Function?.Arguments);
        _length += piece.Function?.Arguments?.Length ?? 0;
        return _length <= Longest;
    }

    /// <summary>They have all been written. A call without arguments has an empty object of them.</summary>
    public IEnumerable<FunctionCallContent> End() => _calls.Select(call =>
        ToolJson.Call(call.Id, call.Name, call.Arguments.Length == 0 ? "{}" : call.Arguments.ToString()));

    private Call? Find(CallPiece piece) => string.IsNullOrEmpty(piece.Id)
        ? _calls.FindLast(call => piece.Index is null || call.Index == piece.Index)
        : _calls.Find(call => call.Index == piece.Index && (string.IsNullOrEmpty(call.Id) || call.Id == piece.Id));

    private sealed class Call(int? index)
    {
        public int? Index { get; } = index;

        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
