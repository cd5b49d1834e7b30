namespace MeatLizard.Domain.Conversations;

/// <summary>One typed piece of a message. The kinds are open: what this version does not know is kept as it came.</summary>
public abstract record MessagePart
{
    private protected MessagePart()
    {
    }
}

/// <param name="Text">Markdown, as the author or the model wrote it.</param>
public sealed record TextPart(string Text) : MessagePart;

/// <param name="Text">What the model thought aloud before its answer.</param>
public sealed record ReasoningPart(string Text) : MessagePart;

/// <param name="CallId">Names the call within its conversation.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">A JSON object as the model wrote it; it may be malformed.</param>
public sealed record ToolCallPart(string CallId, string Name, string Arguments) : MessagePart;

/// <param name="CallId">The call that this answers.</param>
/// <param name="Content">What the tool returned.</param>
public sealed record ToolResultPart(string CallId, string Content) : MessagePart;

/// <param name="Sha256">Lower-case hex of the file's bytes.</param>
/// <param name="Name">The name that its sender gave it.</param>
/// <param name="MediaType">E.g. <c>image/png</c>.</param>
/// <param name="Size">In bytes.</param>
public sealed record FilePart(string Sha256, string Name, string MediaType, long Size) : MessagePart;

/// <param name="MediaType">E.g. <c>image/png</c>.</param>
/// <param name="Data">The image's bytes in base64, as every wire has them.</param>
public sealed record ImagePart(string MediaType, string Data) : MessagePart
{
    /// <summary>Without the image, which a record would print.</summary>
    public override string ToString() => $"{nameof(ImagePart)} {MediaType}";
}

/// <summary>A part written by a later version: stored, shown to nobody, given back as it was.</summary>
/// <param name="Type">Its type's name.</param>
/// <param name="Json">The whole part as JSON.</param>
public sealed record UnknownPart(string Type, string Json) : MessagePart;
