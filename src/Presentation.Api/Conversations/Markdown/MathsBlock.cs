using Markdig.Parsers;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>Maths in lines of its own, with the lines that open and close it.</summary>
internal sealed class MathsBlock(BlockParser parser, string end) : LeafBlock(parser)
{
    public string End { get; } = end;
}
