namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>The configuration section Inference.</summary>
public sealed class LlamaOptions
{
    public const string Section = "Inference";

    /// <summary>A path, or a name on PATH. Empty: llama-server on PATH, then under DataFolder.</summary>
    public string? LlamaServer { get; set; }

    /// <summary>A folder of .gguf files, or one such file.</summary>
    public string Models { get; set; } = "./models";

    /// <summary>Tokens for one conversation, never more than the model was trained for. 0: all that it was trained for.</summary>
    public int ContextSize { get; set; } = 8192;

    public int Slots { get; set; } = 4;

    /// <summary>Empty: llama-server decides.</summary>
    public int? GpuLayers { get; set; }

    /// <summary>Empty: llama-server decides.</summary>
    public int? Threads { get; set; }

    public TimeSpan IdleUnloadAfter { get; set; } = TimeSpan.FromMinutes(15);

    public TimeSpan TokenSilence { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan StartWithin { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Taken from the key DataFolder, which stands outside the section.</summary>
    internal string DataFolder { get; set; } = "./data";
}
