using System.Globalization;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>The arguments and the environment of one llama-server.</summary>
internal static class LlamaCommandLine
{
    private const int LargestBatch = 8192;

    /// <summary>MiB; what llama-server takes by itself, whatever the machine has.</summary>
    private const int LargestStore = 8192;

    private const long MiB = 1024 * 1024;

    public static List<string> Arguments(ModelFile model, LlamaOptions options, int port)
    {
        var about = model.Descriptor;
        List<string> line =
        [
            "--host", "127.0.0.1",
            "--port", Text(port),
            "-m", model.Path,
            // Without an alias the answers name the model by its path.
            "--alias", about.Name,
            "-np", Text(about.Slots),
            // llama-server divides its context among the slots.
            "-c", Text((int)Math.Min((long)about.ContextSize * about.Slots, int.MaxValue)),
            "--no-webui",
            "--offline",
        ];
        if ((model.Settings.GpuLayers ?? options.GpuLayers) is { } layers)
            line.AddRange(["-ngl", Text(layers)]);
        if ((model.Settings.Threads ?? options.Threads) is { } threads)
            line.AddRange(["-t", Text(threads)]);
        if (model.Projector is { } projector)
            line.AddRange(["--mmproj", projector]);
        if (model.Embeds)
        {
            // A text is read in one batch or not at all. Without pooling there would be a vector for each token.
            var batch = Text(Math.Min(about.ContextSize, LargestBatch));
            line.AddRange(["--embeddings", "-b", batch, "-ub", batch]);
            if (!model.PoolsByItself)
                line.AddRange(["--pooling", "mean"]);
        }
        line.AddRange(model.Settings.Arguments);
        return line;
    }

    /// <summary>Nothing of ours leaks into the child; arguments show in the list of processes, so the key travels here.</summary>
    public static Dictionary<string, string> Surroundings(string key)
    {
        var surroundings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/bin:/bin",
            ["LLAMA_API_KEY"] = key,
            // Warnings and worse. Of all else it says several lines about every question, and each wakes us up while it is being answered. Versions
            // before its levels had these meanings had another name for it.
            ["LLAMA_ARG_LOG_VERBOSITY"] = "2",
            // Conversations that have lost their slot are kept in memory. A model's own --cache-ram says otherwise, and versions that know no such
            // store pass over this.
            ["LLAMA_ARG_CACHE_RAM"] = Text(StoreFor(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)),
        };
        foreach (var name in (ReadOnlySpan<string>)["HOME", "TMPDIR", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"])
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                surroundings[name] = value;
        }
        return surroundings;
    }

    /// <summary>MiB for conversations beside their slots: an eighth of the machine's memory, which is for the model first, and others live there too.</summary>
    /// <param name="memory">Bytes that the machine, or our part of it, has.</param>
    public static int StoreFor(long memory) => (int)Math.Min(LargestStore, memory / 8 / MiB);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
