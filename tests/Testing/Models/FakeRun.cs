namespace MeatLizard.Testing.Models;

/// <summary>How the stand-in for llama-server behaves from one start to its end. The defaults make a well-behaved one.</summary>
public sealed record FakeRun
{
    /// <summary>Printed on the error stream at the start.</summary>
    public string? Stderr { get; init; }

    /// <summary>End at once with this code.</summary>
    public int? ExitWith { get; init; }

    /// <summary>Never listen at all.</summary>
    public bool Deaf { get; init; }

    /// <summary>"ok", "loading" (503 for ever), "hang", or "garbage": what is sent is no HTTP.</summary>
    public string Health { get; init; } = "ok";

    /// <summary>End by itself so long after it was first found healthy, with code 7.</summary>
    public int? ExitAfterMs { get; init; }

    /// <summary>The answer, one piece for a token.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = ["Hello", " from", " the", " stand-in", "."];

    public int TokenMs { get; init; }

    /// <summary>The answer starts again when it is through.</summary>
    public bool Endless { get; init; }

    /// <summary>What happens after FaultAfter tokens: "crash", "hang", "garbage", "bad_utf8", "cut", "error" or "long_line".</summary>
    public string? Fault { get; init; }

    public int FaultAfter { get; init; }

    /// <summary>Every byte of the stream travels alone.</summary>
    public bool ByteByByte { get; init; }

    /// <summary>SIGTERM does nothing.</summary>
    public bool IgnoresTerm { get; init; }
}
