using System.Text;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Wire;

/// <summary>The tool calls of one answer, gathered from the pieces in which a model writes them. For one caller.</summary>
internal sealed class StreamedCalls
{
    /// <summary>More of them make no sense in one answer.</summary>
    private const int Most = 128;

    private readonly List<Call> _calls = [];

    /// <param name="index">Which of the answer's calls this belongs to.</param>
    /// <param name="id">Stands with one of the pieces; as the name does.</param>
    /// <returns>False when it is numbered in a way that makes no sense.</returns>
    public bool TryAdd(int index, string? id, string? name, string? arguments)
    {
        if (index is < 0 or >= Most)
        {
            return false;
        }

        while (_calls.Count <= index)
        {
            _calls.Add(new());
        }

        var call = _calls[index];
        call.Id ??= id;
        call.Name ??= name;
        call.Arguments.Append(arguments);
        return true;
    }

    /// <summary>They have all been written.</summary>
    public IEnumerable<FunctionCallContent> End() => _calls.Select(call => ToolJson.Call(call.Id, call.Name, call.Arguments.ToString()));

    private sealed class Call
    {
        public string? Id { get; set; }

        public string? Name { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
