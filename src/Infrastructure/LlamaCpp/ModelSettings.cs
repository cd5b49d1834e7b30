using System.Collections.Frozen;
using System.Text.Json;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>The file NAME.json beside NAME.gguf: what differs for this model from the section Inference.</summary>
internal sealed record ModelSettings
{
    public string? Alias { get; init; }
    public int? ContextSize { get; init; }
    public int? Slots { get; init; }
    public int? GpuLayers { get; init; }
    public int? Threads { get; init; }

    /// <summary>The model is there to make embeddings, and does not chat. Models whose file says so need not say it here.</summary>
    public bool Embeddings { get; init; }

    /// <summary>The projector beside it, by its file's name; empty: none, whatever lies there. Null: the one that its name fits to.</summary>
    public string? Mmproj { get; init; }

    /// <summary>Null to whoever reads the JSON, when nothing is said.</summary>
    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    // Whoever may write into the folder of models may tune a model; reading other files, listening elsewhere or changing keys is not
    // tuning. The value says whether the argument takes one.
    private static readonly FrozenDictionary<string, bool> Allowed = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["--flash-attn"] = true,
        ["--cache-type-k"] = true,
        ["--cache-type-v"] = true,
        ["--batch-size"] = true,
        ["--ubatch-size"] = true,
        ["--threads-batch"] = true,
        ["--rope-scaling"] = true,
        ["--rope-scale"] = true,
        ["--rope-freq-base"] = true,
        ["--rope-freq-scale"] = true,
        ["--yarn-orig-ctx"] = true,
        ["--yarn-ext-factor"] = true,
        ["--yarn-attn-factor"] = true,
        ["--n-cpu-moe"] = true,
        ["--cpu-moe"] = false,
        ["--split-mode"] = true,
        ["--tensor-split"] = true,
        ["--main-gpu"] = true,
        ["--device"] = true,
        ["--load-mode"] = true,
        // In place of these two, which older builds of llama-server know.
        ["--mlock"] = false,
        ["--no-mmap"] = false,
        ["--swa-full"] = false,
        ["--cache-ram"] = true,
        ["--cache-reuse"] = true,
        ["--chat-template"] = true,
        ["--pooling"] = true,
        ["--image-min-tokens"] = true,
        ["--image-max-tokens"] = true,
        ["--no-mmproj-offload"] = false,
        ["--reasoning-format"] = true,
        ["--reasoning-budget"] = true,
        ["--temp"] = true,
        ["--top-k"] = true,
        ["--top-p"] = true,
        ["--min-p"] = true,
        ["--repeat-penalty"] = true,
        ["--seed"] = true,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">With the reason, in words for the operator.</exception>
    public static ModelSettings Read(string path)
    {
        if (!File.Exists(path))
            return new ModelSettings();
        ModelSettings settings;
        try
        {
            settings = JsonSerializer.Deserialize(File.ReadAllBytes(path), LlamaJson.Default.ModelSettings) ?? new ModelSettings();
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"its settings are not valid at {wrong.Path ?? "$"} (line {wrong.LineNumber + 1})", wrong);
        }
        settings.Check();
        return settings;
    }

    private void Check()
    {
        if (Alias is not null && (Alias.Length is 0 or > 128 || Alias.AsSpan().IndexOfAny(",\r\n\0") >= 0))
            throw new InvalidDataException("its setting alias must have 1 to 128 characters and no comma");
        if (ContextSize is not null and not 0 and < 256)
            throw new InvalidDataException("its setting context_size must be 0 or at least 256");
        if (Slots is < 1 or > 64)
            throw new InvalidDataException("its setting slots must be between 1 and 64");
        if (GpuLayers is < 0)
            throw new InvalidDataException("its setting gpu_layers must not be negative");
        if (Threads is < 1 or > 1024)
            throw new InvalidDataException("its setting threads must be between 1 and 1024");
        if (Mmproj is { Length: > 0 } && (Path.GetFileName(Mmproj) != Mmproj || !Mmproj.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || Mmproj.Contains('\0', StringComparison.Ordinal)))
            throw new InvalidDataException("its setting mmproj must be the name of a .gguf file in the same folder, or empty");
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (!Allowed.TryGetValue(Arguments[i], out var takesValue))
                throw new InvalidDataException($"its setting arguments holds {Arguments[i]}, which is not on the list of allowed ones");
            if (takesValue && (++i == Arguments.Count || Arguments[i].StartsWith("--", StringComparison.Ordinal)))
                throw new InvalidDataException("its setting arguments lacks a value for the last of them");
        }
    }
}
