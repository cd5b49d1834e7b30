using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>A table in a frame that scrolls sideways; alignment as classes, because the page's policy forbids style attributes.</summary>
internal sealed class ScrollingTable : HtmlObjectRenderer<Table>
{
    protected override void Write(HtmlRenderer renderer, Table table)
    {
        renderer.EnsureLine();
        renderer.Write("<div class=\"table\"><table>");
        foreach (var row in table.OfType<TableRow>())
            WriteRow(renderer, table, row);
        renderer.WriteLine("</table></div>");
    }

    private static void WriteRow(HtmlRenderer renderer, Table table, TableRow row)
    {
        var name = row.IsHeader ? "th" : "td";
        renderer.Write("<tr>");
        for (var i = 0; i < row.Count; i++)
        {
            var cell = (TableCell)row[i];
            renderer.Write('<').Write(name).Write(Alignment(table, cell.ColumnIndex < 0 ? i : cell.ColumnIndex)).Write(Direction.Auto).Write('>');
            var implicitParagraph = renderer.ImplicitParagraph;
            renderer.ImplicitParagraph = true;
            renderer.WriteChildren(cell);
            renderer.ImplicitParagraph = implicitParagraph;
            renderer.Write("</").Write(name).Write('>');
        }
        renderer.WriteLine("</tr>");
    }

    private static string Alignment(Table table, int column) =>
        column >= table.ColumnDefinitions.Count ? "" : table.ColumnDefinitions[column].Alignment switch
        {
            TableColumnAlign.Center => " class=\"center\"",
            TableColumnAlign.Right => " class=\"right\"",
            _ => "",
        };
}
