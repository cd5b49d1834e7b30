namespace MeatLizard.Presentation.Api.Calls;

/// <summary>What may stand after the question mark of an endpoint.</summary>
/// <param name="Type">As JSON Schema names it: string, integer, boolean.</param>
internal sealed record QueryParameter(string Name, string Type, string Description)
{
    public static QueryParameter Limit { get; } = new("limit", "integer", "How many items, 1 to 200; 50 when not said.");

    public static QueryParameter Cursor { get; } = new("cursor", "string", "The next_cursor of the page before.");

    public static QueryParameter Html { get; } = new("html", "boolean", "Text parts also as HTML that is safe to show.");
}
