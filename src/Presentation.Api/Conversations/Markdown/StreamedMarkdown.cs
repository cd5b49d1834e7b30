using System.Text;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Renders one text part while it is being written. Only the tail, from the start of the last block that is still open, is
/// parsed again; what lies before it is final. One instance belongs to one stream and one part, and to one thread at a time.
/// </summary>
public sealed class StreamedMarkdown
{
    /// <summary>
    /// A very long open block (a list or a listing of thousands of characters) is rendered again only when it has grown by
    /// 1/64: the cost of the whole answer stays linear, and what is held back is never more than a line or two.
    /// </summary>
    private const int Growth = 64;

    private readonly StringBuilder _tail = new();
    private readonly List<string> _open = [];
    private int _settled;
    private int _unrendered;
    private bool _afterCarriageReturn;

    /// <summary>How many characters were given to the parser so far: the measure of the cost.</summary>
    internal long ParsedCharacters { get; private set; }

    /// <summary>Takes the next piece of text and answers the blocks that it changed, in order of their index.</summary>
    public IReadOnlyList<RenderedBlock> Append(string text)
    {
        foreach (var c in text)
        {
            if (c != '\n' || !_afterCarriageReturn)
            {
                _tail.Append(c == '\r' ? '\n' : c);
                _unrendered++;
            }
            _afterCarriageReturn = c == '\r';
        }
        return (long)_unrendered * Growth < _tail.Length ? [] : Finish();
    }

    /// <summary>Answers whatever <see cref="Append"/> has held back; to be called when the part has ended.</summary>
    public IReadOnlyList<RenderedBlock> Finish()
    {
        if (_unrendered == 0)
            return [];
        _unrendered = 0;
        var text = _tail.ToString();
        ParsedCharacters += text.Length;
        var blocks = SafeMarkdown.Blocks(text);
        var changed = new List<RenderedBlock>();
        for (var i = 0; i < blocks.Count; i++)
            if (i >= _open.Count || _open[i] != blocks[i].Html)
                changed.Add(new(_settled + i, blocks[i].Html));
        for (var i = blocks.Count; i < _open.Count; i++)
            changed.Add(new(_settled + i, ""));
        Settle(text, blocks);
        return changed;
    }

    private void Settle(string text, IReadOnlyList<(int Start, string Html)> blocks)
    {
        // A block begun on the last, unfinished line may yet turn out to belong to the block before it.
        var lastLine = text.LastIndexOf('\n') + 1;
        var open = blocks.Count - 1;
        while (open > 0 && (blocks[open].Start < 0 || blocks[open].Start >= lastLine))
            open--;
        open = Math.Max(open, 0);
        _open.Clear();
        _open.AddRange(blocks.Skip(open).Select(block => block.Html));
        _settled += open;
        if (open > 0)
            _tail.Remove(0, blocks[open].Start);
    }
}
